extension EnergyReading {
  /// A reading of nothing, with bounds of nothing.
  public static func zero(_ provenance: EnergyProvenance) -> EnergyReading {
    EnergyReading(energy: .zero, low: .zero, high: .zero, provenance: provenance)
  }

  /// The sum: the bounds add end to end, the provenances merge.
  public static func + (left: EnergyReading, right: EnergyReading) -> EnergyReading {
    EnergyReading(
      energy: left.energy + right.energy, low: left.low + right.low, high: left.high + right.high,
      provenance: left.provenance.merged(with: right.provenance))
  }

  /// Adds in place.
  public static func += (left: inout EnergyReading, right: EnergyReading) { left = left + right }

  /// What is left of the reading behind a part of it that was read before.
  public func behind(_ part: EnergyReading) -> EnergyReading {
    let rest = max(0, energy.joules - part.energy.joules)
    return EnergyReading(
      energy: Energy(joules: rest), low: Energy(joules: min(rest, max(0, low.joules - part.low.joules))),
      high: Energy(joules: max(rest, high.joules - part.high.joules)), provenance: provenance)
  }

  /// The reading and its bounds times a factor of zero or more.
  public static func * (reading: EnergyReading, factor: Double) -> EnergyReading {
    precondition(
      factor >= 0 && factor.isFinite, "an energy reading is scaled by a finite factor of zero or more")
    return EnergyReading(
      energy: reading.energy * factor, low: reading.low * factor, high: reading.high * factor,
      provenance: reading.provenance)
  }

  /// The reading for people, such as `31.2 J [20.1–44.0] modelled: 2.88–24.4 W/core, Sapphire Rapids`.
  public var formatted: String {
    let origin = provenance.detail.isEmpty ? provenance.source : provenance.detail
    return "\(formattedInterval) \(provenance.tier.rawValue): \(origin)"
  }

  /// The best estimate for people, such as `31.2 J`; what was too short for its source is `below 0.05 J`, not nothing.
  public var formattedEstimate: String {
    energy.joules == 0 && high.joules > 0 ? "below \(high.formatted)" : energy.formatted
  }

  /// The reading without its origin, such as `31.2 J [20.1–44.0]`.
  public var formattedInterval: String {
    energy.joules == 0 && high.joules > 0
      ? formattedEstimate : interval(in: EnergyUnit.best(for: energy.joules))
  }

  fileprivate func interval(in unit: EnergyUnit) -> String {
    let digits = [energy, low, high].map { unit.digits(of: $0.joules) }
    return "\(digits[0]) \(unit.symbol) [\(digits[1])–\(digits[2])]"
  }
}

/// Readings that stand below each other in a table, all in the unit of the greatest, so that they can be compared at a
/// glance.
public struct EnergyColumn: Sendable {
  private let unit: EnergyUnit

  /// A column of some readings.
  public init(_ readings: [EnergyReading]) {
    unit = EnergyUnit.best(for: readings.map(\.energy.joules).max() ?? 0)
  }

  /// One of the readings without its origin, such as `0.0312 Wh [0.0201–0.0440]`.
  public func text(of reading: EnergyReading) -> String {
    reading.energy.joules == 0 && reading.high.joules > 0
      ? reading.formattedEstimate : reading.interval(in: unit)
  }
}

extension EnergyProvenance {
  /// The provenance of a sum: of the two tiers the less trustworthy, and the sources, domains and details of
  /// both, each named once.
  public func merged(with other: EnergyProvenance) -> EnergyProvenance {
    if self == other { return self }
    return EnergyProvenance(
      source: Self.joined(source, other.source, by: " + "),
      domains: domains + other.domains.filter { !domains.contains($0) },
      tier: max(tier, other.tier),
      detail: Self.joined(detail, other.detail, by: "; "))
  }

  private static func joined(_ left: String, _ right: String, by separator: String) -> String {
    if left == right || right.isEmpty { return left }
    if left.isEmpty { return right }
    let known = Set(split(left, by: separator))
    return ([left] + split(right, by: separator).filter { !known.contains($0) }).joined(separator: separator)
  }

  private static func split(_ text: String, by separator: String) -> [String] {
    text.split(separator: separator).map(String.init)
  }
}

extension EnergyTier: Comparable {
  /// Orders from the most to the least trustworthy.
  public static func < (left: EnergyTier, right: EnergyTier) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .measured: 0
    case .attributed: 1
    case .modelled: 2
    }
  }
}
