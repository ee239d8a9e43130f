/// Which sources work on this machine, and which was taken.
public struct EnergySourceReport: Codable, Hashable, Sendable {
  /// One source's state.
  public struct Source: Codable, Hashable, Sendable {
    /// Such as `powercap`.
    public var name: String
    /// Whether it is there, readable and believed.
    public var state: EnergySourceState
    /// What it covers, or why it does not work.
    public var detail: String
    /// The figures of the self-test, if there was one.
    public var selfTest: CounterSelfTest?

    /// Whether it works here.
    public var isUsable: Bool { state == .usable }

    /// One source's state.
    public init(
      name: String, state: EnergySourceState, detail: String, selfTest: CounterSelfTest? = nil
    ) {
      self.name = name
      self.state = state
      self.detail = detail
      self.selfTest = selfTest
    }
  }

  /// The source that was taken.
  public var chosen: String
  /// The sources that were looked at, the most trustworthy first.
  public var sources: [Source]

  /// What of the calibrations' profiles could not be read and was passed over, a sentence each; nil for nothing.
  public var profileNotes: [String]?

  /// A report.
  public init(chosen: String, sources: [Source], profileNotes: [String] = []) {
    self.chosen = chosen
    self.sources = sources
    self.profileNotes = profileNotes.isEmpty ? nil : profileNotes
  }
}
