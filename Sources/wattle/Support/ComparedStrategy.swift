import ArgumentParser
import SearchSpaces

/// A strategy of a comparison: one of the configuration's names, or a grid with its order; with `+asha` or its like behind it
/// trainings go on from rung to rung, with `+inherit` children begin with their parents' weights.
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
    let schemes = StudyConfiguration.FidelityScheme.allCases.map { "+" + $0.rawValue }.joined(separator: ", ")
    let strategies = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let written = String(part.trimmingPrefix { $0 == " " })
      guard !written.isEmpty else {
        throw ValidationError("expected a name before and behind each comma; known are \(known)")
      }
      let parts = written.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, names.contains(String(name)),
        parts.dropFirst().allSatisfy({ isKnown(ending: String($0), of: String(name)) })
      else {
        let heirs = StudyConfiguration.StrategyName.allCases.filter(\.hasParents).map(\.rawValue)
        throw ValidationError(
          "no strategy is called '\(written)'; known are \(known), each also with \(schemes), and "
            + "\(heirs.joined(separator: ", ")) with \(inheritance)")
      }
      return ComparedStrategy(named: written)
    }
    return strategies
  }

  private static let inheritance = "+inherit"

  private static func isKnown(ending: String, of name: String) -> Bool {
    if "+" + ending == inheritance {
      return StudyConfiguration.StrategyName(rawValue: name)?.hasParents == true
    }
    return StudyConfiguration.FidelityScheme(rawValue: ending) != nil
  }

  private init(named name: String) {
    self.name = name
    let parts = name.split(separator: "+")
    let strategy = parts[0]
    let order = strategy.hasPrefix("grid-") ? strategy.dropFirst("grid-".count) : nil
    overrides =
      (order.map { ["search.strategy=grid", "search.order=\($0)"] } ?? ["search.strategy=\(strategy)"])
      + parts.dropFirst().map { ending in
        "+" + ending == Self.inheritance
          ? "search.inherit-weights.epochs=\(StudyConfiguration.InheritanceSection.usualShare)"
          : "search.fidelity.scheme=\(ending)"
      }
  }
}
