import EnergyMetering

extension StudyConfiguration {
  /// The ways to choose which trainings go on.
  public enum FidelityScheme: String, Codable, Hashable, CaseIterable, Sendable {
    /// Whenever a training is among the best of its rung.
    case asha
    /// The best of a bracket that begins on the first rung.
    case halving
    /// The best of brackets that begin on every rung in turn.
    case hyperband

    /// The reduction where none is written. With that of ASHA most of the searches of the digits that it was tried on cost half or less; brackets are to be small.
    var usualReduction: Int { self == .asha ? 4 : 3 }

    /// The number of rungs where none is written.
    var usualRungs: Int { self == .asha ? 5 : 4 }
  }

  /// Trainings of growing length: all candidates begin, and the best go on from rung to rung.
  public struct FidelitySection: Hashable, Sendable {
    /// The most candidates that a bracket can have.
    static let largestBracket = 1_000_000_000

    /// Which trainings go on.
    public var scheme: FidelityScheme
    /// How many times as much energy a rung allows as the one before, and of how many trainings one goes on.
    public var reduction: Int
    /// The number of rungs.
    public var rungs: Int
    /// The energy of the first rung; nil for such that the largest trainings fit into the last.
    public var first: Energy?

    init(_ node: ConfigurationNode) throws {
      let reader = try MappingReader(node, name: "fidelity", keys: ["scheme", "reduction", "rungs", "first"])
      scheme = try reader.optional("scheme")?.name("scheme") ?? .asha
      reduction =
        try reader.optional("reduction")?.integer("reduction", in: 2...1000) ?? scheme.usualReduction
      let rungsNode = reader.optional("rungs")
      rungs = try rungsNode?.integer("rungs", in: 2...30) ?? scheme.usualRungs
      first = try reader.optional("first").map {
        try SearchSection.readEnergy($0, key: "first", example: "0.05 J")
      }
      var bracket = 1
      for _ in 1..<rungs { bracket = min(bracket * reduction, Self.largestBracket + 1) }
      guard bracket <= Self.largestBracket else {
        throw (rungsNode ?? node).error(
          "rungs: \(rungs) with a reduction of \(reduction) are brackets of more than \(Self.largestBracket) "
            + "candidates; take fewer")
      }
    }
  }
}
