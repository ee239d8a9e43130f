import ArgumentParser
import SearchSpaces

/// A strategy of a comparison: one of the configuration's names, or a grid with its order.
struct ComparedStrategy: Hashable {
  /// The name in tables and folders.
  let name: String
  /// What the configuration's section is told.
  let overrides: [String]

  /// All names that `--strategies` takes.
  static let names =
    StudyConfiguration.StrategyName.allCases.map(\.rawValue) + ["grid-lexicographic", "grid-shuffled"]

  /// All strategies, the grid in the configuration's order.
  static let all = StudyConfiguration.StrategyName.allCases.map { ComparedStrategy(named: $0.rawValue) }

  /// The strategies in an argument that lists some, separated by commas.
  static func list(in text: String) throws -> [ComparedStrategy] {
    let known = names.joined(separator: ", ")
    let strategies = try text.split(separator: ",").map { part in
      let written = String(part.trimmingPrefix { $0 == " " })
      guard names.contains(written) else {
        throw ValidationError("no strategy is called '\(written)'; known are \(known)")
      }
      return ComparedStrategy(named: written)
    }
    guard !strategies.isEmpty else {
      throw ValidationError("expected at least one name; known are \(known)")
    }
    return strategies
  }

  private init(named name: String) {
    self.name = name
    let order = name.hasPrefix("grid-") ? name.dropFirst("grid-".count) : nil
    overrides =
      order.map { ["search.strategy=grid", "search.order=\($0)"] } ?? ["search.strategy=\(name)"]
  }
}
