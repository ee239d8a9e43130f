/// An amount of energy with a lower and an upper bound and where it comes from.
///
/// Adding readings adds the bounds end to end: the errors of one source are taken to be fully correlated, so a
/// sum is never narrower than its terms.
public struct EnergyReading: Codable, Hashable, Sendable {
  /// The best estimate.
  public var energy: Energy
  /// The lower bound.
  public var low: Energy
  /// The upper bound.
  public var high: Energy
  /// Where the figure comes from.
  public var provenance: EnergyProvenance

  /// A reading; `low <= energy <= high` and none is negative.
  public init(energy: Energy, low: Energy, high: Energy, provenance: EnergyProvenance) {
    precondition(
      low.joules >= 0 && low <= energy && energy <= high, "an energy reading needs 0 <= low <= energy <= high"
    )
    self.energy = energy
    self.low = low
    self.high = high
    self.provenance = provenance
  }
}

/// Where an energy figure comes from and how far it can be trusted.
public struct EnergyProvenance: Codable, Hashable, Sendable {
  /// The source's name, such as `powercap` or `power-model`.
  public var source: String
  /// What the source covers, such as `["package-0", "dram-0"]` or `["core", "dram"]`.
  public var domains: [String]
  /// How the figure was obtained.
  public var tier: EnergyTier
  /// One short phrase for people, such as `2.9–6.1 W/core, Sapphire Rapids`.
  public var detail: String

  /// A provenance.
  public init(source: String, domains: [String], tier: EnergyTier, detail: String) {
    self.source = source
    self.domains = domains
    self.tier = tier
    self.detail = detail
  }
}

/// How an energy figure was obtained, the most trustworthy first.
public enum EnergyTier: String, Codable, Hashable, CaseIterable, Sendable {
  /// Read from a counter over a window in which nothing else of the study ran.
  case measured
  /// A share of a counter's reading.
  case attributed
  /// Computed from CPU time and a table of watts; no counter was read.
  case modelled
}
