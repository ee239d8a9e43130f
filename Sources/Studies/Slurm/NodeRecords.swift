import Foundation

/// The machines that a cluster's tasks ran on: a file a node in `nodes/`, and a line a node in `host.json`.
struct NodeRecords {
  /// The folder of the nodes' files.
  let folder: String
  /// The nodes of this session, by name.
  private(set) var summaries: [String: RunHost.Node] = [:]

  init(folder: String) { self.folder = folder }

  /// The nodes in the order of their names.
  var list: [RunHost.Node] { summaries.values.sorted { $0.name < $1.name } }

  /// More nodes than this get no file of their own.
  private static let mostNodes = 10_000

  /// Notes the node that a report is from; its file is written when it is seen first.
  mutating func note(_ report: TaskReport) throws {
    let isNew = summaries[report.node] == nil
    guard !isNew || summaries.count < Self.mostNodes else { return }
    var summary =
      summaries[report.node]
      ?? RunHost.Node(
        name: report.node, processor: report.host.host.processor.modelName.onOneLine(limit: 200),
        energySource: report.host.energy.chosen.onOneLine(limit: 100),
        blasCore: report.host.engine?.blasCore.onOneLine(limit: 100), tasks: 0)
    summary.tasks += 1
    summaries[report.node] = summary
    if isNew {
      try writeAtomically(report.host.json(), to: "\(folder)/\(Self.fileName(of: report.node)).json")
    }
  }

  /// The name of a node's file: the node's own, as far as it is fit to be one.
  static func fileName(of node: String) -> String {
    let name = String(
      String.UnicodeScalarView(
        node.unicodeScalars.prefix(100).map {
          $0.isASCII
            && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0))
            ? $0 : "_"
        }))
    return name.first.map { $0 == "." || $0 == "-" } ?? true ? "node\(name)" : name
  }
}
