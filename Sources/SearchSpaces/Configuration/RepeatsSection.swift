extension StudyConfiguration {
  /// Training near-ties of the front again with other seeds, after the search.
  public struct RepeatsSection: Hashable, Sendable {
    /// The part that repeats may have of what search and repeats take together; above 0 and below 1.
    public var share: Double
    /// The most trainings of one candidate beside its first, from 1 to 100.
    public var most: Int

    /// Repeats of the given share and number.
    public init(share: Double = 0.1, most: Int = 5) {
      self.share = share
      self.most = most
    }

    init(_ node: ConfigurationNode) throws {
      let reader = try MappingReader(node, name: "repeats", keys: ["share", "most"])
      self.init()
      if let node = reader.optional("share") {
        share = try node.real("share", expected: "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
      }
      if let node = reader.optional("most") { most = try node.integer("most", in: 1...100) }
    }
  }
}
