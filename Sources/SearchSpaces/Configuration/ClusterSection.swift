extension StudyConfiguration {
  /// Where trials are run.
  public enum ExecutorName: String, Codable, Hashable, CaseIterable, Sendable {
    /// In worker processes on this machine.
    case local
    /// As tasks of a cluster's scheduler, Slurm.
    case slurm
  }

  /// What the scheduler of a cluster is asked for, a task: one trial on one processor.
  ///
  /// All values are handed to `sbatch` as they are; what is nil is left to the scheduler's own defaults.
  public struct ClusterSection: Hashable, Sendable {
    /// The partition, or several with commas between them.
    public var partition: String?
    /// How many nodes' processors are counted on where the number of workers is `auto`; nil for all of the partition.
    public var nodes: Int?
    /// Who pays.
    public var account: String?
    /// The quality of service.
    public var qos: String?
    /// The features that a node must have, such as `epyc&rapl`.
    public var constraint: String?
    /// The longest that a task may take, as Slurm writes it: `30` minutes, `02:00:00`, `1-12`.
    public var time: String?
    /// The memory of a task, as Slurm writes it: `500M`, `4G`.
    public var memory: String?

    /// The keys of the section `execution` that are read here.
    static let keys = ["partition", "nodes", "account", "qos", "constraint", "time", "memory"]

    /// What is asked for; by default nothing but a processor.
    public init() {}

    /// Reads the keys of a cluster from the section `execution`.
    init(_ reader: MappingReader) throws {
      func text(_ key: String, _ expected: String, _ isFine: (String) -> Bool) throws -> String? {
        try reader.optional(key).map { node in
          guard case .scalar(let text, _) = node.content, isFine(text) else {
            throw node.error("\(key): expected \(expected), got \(node.summary)")
          }
          return text
        }
      }
      let name = "a name of letters, digits, '.', '_' and '-'"
      partition = try text("partition", "\(name), or several with commas between them") {
        Self.isWord($0, with: "._-,")
      }
      nodes = try reader.optional("nodes")?.integer("nodes", in: 1...100_000)
      account = try text("account", name) { Self.isWord($0, with: "._-") }
      qos = try text("qos", name) { Self.isWord($0, with: "._-") }
      constraint = try text("constraint", "features of nodes, such as epyc or 'epyc&rapl'") {
        Self.isWord($0, with: "._-,&|()[]*")
      }
      time = try text("time", "a time as Slurm writes it, such as 30 (minutes), 02:00:00 or 1-12") {
        $0.wholeMatch(of: /\d{1,6}(:\d{2}){0,2}|\d{1,4}-\d{1,2}(:\d{2}){0,2}/) != nil
      }
      memory = try text("memory", "a size as Slurm writes it, such as 500M or 4G") {
        $0.wholeMatch(of: /[1-9]\d{0,8}[KMGT]?/) != nil
      }
    }

    /// Whether a text is of letters, digits and some further characters only, short, and no option of a command.
    private static func isWord(_ text: String, with others: String) -> Bool {
      !text.isEmpty && text.count <= 200 && text.first != "-"
        && text.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
            || others.unicodeScalars.contains($0)
        }
    }

    /// The keys with their values, as they are read.
    var resolved: [(String, ResolvedNode)] {
      let texts: [(String, String?)] = [
        ("partition", partition), ("account", account), ("qos", qos), ("constraint", constraint),
        ("time", time), ("memory", memory),
      ]
      return [("executor", .text(ExecutorName.slurm.rawValue))]
        + (nodes.map { [("nodes", .plain(String($0)))] } ?? [])
        + texts.compactMap { key, text in text.map { (key, .text($0)) } }
    }
  }
}

extension StudyConfiguration.ExecutionSection {
  /// Reads where trials are run.
  ///
  /// - Returns: what is asked of the cluster; nil for this machine.
  static func readCluster(_ reader: MappingReader) throws -> StudyConfiguration.ClusterSection? {
    let executor = try reader.optional("executor")?.name("executor", of: StudyConfiguration.ExecutorName.self)
    if executor == .slurm { return try StudyConfiguration.ClusterSection(reader) }
    // Who says `local` has switched the cluster off, for instance on the command line.
    guard executor == nil else { return nil }
    for key in StudyConfiguration.ClusterSection.keys {
      if let node = reader.optional(key) {
        throw node.error("\(key): of use on a cluster only; write executor: slurm beside it, or leave it out")
      }
    }
    return nil
  }
}
