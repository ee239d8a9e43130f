extension StudyConfiguration {
  /// Children that begin with the weights of their parents and are trained for fewer epochs.
  public struct InheritanceSection: Hashable, Sendable {
    /// The share of its candidate's epochs that a child is trained for, above 0 and at most 1.
    public var share: Double

    /// The share where none is written.
    public static let usualShare = 0.25

    /// Inheritance with a share.
    public init(share: Double = usualShare) { self.share = share }

    init(_ node: ConfigurationNode) throws {
      let reader = try MappingReader(node, name: "inherit-weights", keys: ["epochs"])
      let expected = "the share of a candidate's epochs that its children train, above 0 and at most 1"
      share =
        try reader.optional("epochs")?.real("epochs", expected: expected) { $0 > 0 && $0 <= 1 }
        ?? Self.usualShare
    }

    /// The epochs of a child whose candidate has so many: its share of them, rounded up.
    public func epochs(of all: Int) -> Int {
      // 0.07 · 100 is 7.000000000000001, which is not to be 8.
      max(1, Int((share * Double(all) * (1 - 1e-12)).rounded(.up)))
    }
  }
}

extension StudyConfiguration.StrategyName {
  /// Whether its candidates are children that can begin with a parent's weights.
  public var hasParents: Bool { self == .evolutionary || self == .nsgaII || self == .semoa }
}
