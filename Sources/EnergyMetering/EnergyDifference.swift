/// How far two amounts of energy are apart, in joules: less than zero where the first is smaller.
public struct EnergyDifference: Hashable, Sendable {
  /// The best estimate.
  public let joules: Double
  /// At least.
  public let low: Double
  /// At most.
  public let high: Double

  /// How one reading differs from another.
  ///
  /// Bounds meet crosswise, lower with upper, unless both readings err alike: then the difference is that of the
  /// lower bounds, of the estimates or of the upper bounds.
  ///
  /// - Parameter halfWidth: by how many joules, at the estimates, the amounts may differ by chance besides; it grows and
  ///   shrinks with them.
  public init(_ left: EnergyReading, minus right: EnergyReading, halfWidth: Double = 0) {
    let widths = Self.halfWidths(left, right, halfWidth)
    joules = (left.energy - right.energy).joules
    if left.provenance.errsAlike(right.provenance) {
      let ends = [(left.low - right.low).joules, joules, (left.high - right.high).joules]
      low = zip(ends, widths).map { $0 - $1 }.reduce(joules, min)
      high = zip(ends, widths).map { $0 + $1 }.reduce(joules, max)
    } else {
      low = (left.low - right.high).joules - halfWidth
      high = (left.high - right.low).joules + halfWidth
    }
  }

  /// A width at the lower bounds, the estimates and the upper bounds, in proportion to the sums of the amounts.
  public static func halfWidths(
    _ left: EnergyReading, _ right: EnergyReading, _ halfWidth: Double
  ) -> [Double] {
    let estimate = (left.energy + right.energy).joules
    guard estimate > 0 else { return [halfWidth, halfWidth, halfWidth] }
    return [left.low + right.low, left.energy + right.energy, left.high + right.high]
      .map { halfWidth * $0.joules / estimate }
  }

  /// Which of two amounts is the smaller, as far as the bounds tell.
  public enum Sign: Hashable, Sendable {
    /// The first is smaller, whatever the true amounts within their bounds.
    case less
    /// The second is smaller.
    case greater
    /// The intervals overlap.
    case tie
  }

  /// Which amount is the smaller.
  public var sign: Sign { high < 0 ? .less : low > 0 ? .greater : .tie }
}

extension EnergyProvenance {
  /// Whether two figures have the same error: both are modelled with the same watts, which are unknown but the same
  /// for both, so that their ratio is known better than either. A fitted model errs by another part about each.
  public func errsAlike(_ other: EnergyProvenance) -> Bool {
    tier == .modelled && self == other && source != PowerModel.fittedName
  }
}
