import EnergyMetering

/// The number of inferences at which two models have taken the same energy.
public enum BreakEven: Hashable, Sendable {
  /// The model that is dearer before the first use is cheaper from this number of inferences on.
  case at(UncertainValue)
  /// The first model is at least as cheap before the first use and in every use.
  case firstAlwaysCheaper
  /// The second model is.
  case secondAlwaysCheaper
  /// The intervals overlap, so that the bounds leave open which model is cheaper before the first use or in use. The
  /// best estimates alone may still give a number.
  case tie(estimate: Double?)
}

extension LifeCycle {
  /// The number of inferences from which the model with the cheaper inference has the lower energy in all,
  /// whatever both lives' expected number of inferences is.
  ///
  /// A search that both lives have in common cancels. Figures that are modelled with the same unknown watts err alike:
  /// their ratio does not depend on the watts.
  ///
  /// ```swift
  /// // CT 2 kWh, T 0.5 kWh, I 1e-9 kWh against CT 0, T 0.5 kWh, I 3e-9 kWh:
  /// small.breakEven(against: large)  // .at(1e9): then the search has paid for itself
  /// ```
  public func breakEven(against other: LifeCycle) -> BreakEven {
    let costs = Scenarios(
      upfrontWithoutCommonSearch(against: other), minus: other.upfrontWithoutCommonSearch(against: self))
    let savings = Scenarios(
      other.inference * other.powerUsageEffectiveness, minus: inference * powerUsageEffectiveness)
    // Where the first is no dearer before the first use and saves in each, or the other way round, they never meet.
    switch (costs.difference, savings.difference) {
    case let (cost, saving) where cost.low == 0 && cost.high == 0 && saving.low == 0 && saving.high == 0:
      return .tie(estimate: nil)
    case let (cost, saving) where cost.high <= 0 && saving.low >= 0: return .firstAlwaysCheaper
    case let (cost, saving) where cost.low >= 0 && saving.high <= 0: return .secondAlwaysCheaper
    case let (cost, saving):
      if cost.sign != .tie, cost.sign == saving.sign, let count = costs.ratio(to: savings) {
        return .at(count)
      }
      let estimate = cost.joules / saving.joules
      return .tie(estimate: estimate > 0 && estimate.isFinite ? estimate : nil)
    }
  }

  /// Which life takes less energy at its number of inferences; a search that both have in common cancels.
  public func compared(with other: LifeCycle) -> EnergyDifference {
    EnergyDifference(
      upfrontWithoutCommonSearch(against: other) + use,
      minus: other.upfrontWithoutCommonSearch(against: self) + other.use)
  }

  private func upfrontWithoutCommonSearch(against other: LifeCycle) -> EnergyReading {
    let isCommon = search == other.search && powerUsageEffectiveness == other.powerUsageEffectiveness
    return isCommon ? siteTraining : upfront
  }
}

/// A difference of two readings, at the lower bounds, the estimates and the upper bounds.
private struct Scenarios {
  let difference: EnergyDifference
  /// The differences at equal bounds; nil where the readings do not err alike.
  private let ends: [Double]?
  private let provenance: EnergyProvenance

  init(_ left: EnergyReading, minus right: EnergyReading) {
    difference = EnergyDifference(left, minus: right)
    provenance = left.provenance
    ends =
      left.provenance.errsAlike(right.provenance)
      ? [
        (left.low - right.low).joules, (left.energy - right.energy).joules, (left.high - right.high).joules,
      ] : nil
  }

  /// The quotient of two differences that have the same sign within all their bounds; nil where a bound is too large
  /// for a number.
  func ratio(to other: Scenarios) -> UncertainValue? {
    let estimate = difference.joules / other.difference.joules
    let ratios: [Double]
    if let ends, let otherEnds = other.ends, provenance.errsAlike(other.provenance) {
      ratios = zip(ends, otherEnds).map { $0 / $1 }
    } else {
      let bounds = [abs(difference.low), abs(difference.high)].sorted()
      let otherBounds = [abs(other.difference.low), abs(other.difference.high)].sorted()
      ratios = [bounds[0] / otherBounds[1], bounds[1] / otherBounds[0]]
    }
    let (low, high) = (ratios.reduce(estimate, min), ratios.reduce(estimate, max))
    return high.isFinite ? UncertainValue(estimate, low: low, high: high) : nil
  }
}
