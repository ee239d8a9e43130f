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
  /// their ratio does not depend on the watts. What remains is how much trainings and inferences scatter: nine times in ten
  /// a difference is within 1.645 of its standard deviations.
  ///
  /// ```swift
  /// // CT 2 kWh, T 0.5 kWh, I 1e-9 kWh against CT 0, T 0.5 kWh, I 3e-9 kWh:
  /// small.breakEven(against: large)  // .at(1e9): then the search has paid for itself
  /// ```
  public func breakEven(against other: LifeCycle) -> BreakEven {
    let costs = Scenarios(
      upfrontWithoutCommonSearch(against: other), minus: other.upfrontWithoutCommonSearch(against: self),
      halfWidth: Self.halfWidth(trainingScatter, other.trainingScatter))
    let (mine, others) = (
      inference * powerUsageEffectiveness, other.inference * other.powerUsageEffectiveness
    )
    let savings = Scenarios(
      others, minus: mine,
      halfWidth: Self.halfWidth(
        mine.energy.joules * inferenceDeviation, others.energy.joules * other.inferenceDeviation))
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
      minus: other.upfrontWithoutCommonSearch(against: self) + other.use,
      halfWidth: Self.halfWidth(trainingScatter, useScatter, other.trainingScatter, other.useScatter))
  }

  /// The standard deviations of T and of I · e in joules.
  private var trainingScatter: Double { siteTraining.energy.joules * trainingDeviation }
  private var useScatter: Double { use.energy.joules * inferenceDeviation }

  /// Half the width of the 90 % interval of a sum or difference of independent amounts of these standard deviations.
  private static func halfWidth(_ deviations: Double...) -> Double {
    1.645 * deviations.reduce(0) { $0 + $1 * $1 }.squareRoot()
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
  /// By how much scatter widens each of the ends.
  private let widths: [Double]

  init(_ left: EnergyReading, minus right: EnergyReading, halfWidth: Double) {
    difference = EnergyDifference(left, minus: right, halfWidth: halfWidth)
    widths = EnergyDifference.halfWidths(left, right, halfWidth)
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
      ratios = ends.indices.flatMap { end in
        let (cost, saving) = (abs(ends[end]), abs(otherEnds[end]))
        return [
          (cost - widths[end]) / (saving + other.widths[end]),
          (cost + widths[end]) / (saving - other.widths[end]),
        ]
      }
    } else {
      let bounds = [abs(difference.low), abs(difference.high)].sorted()
      let otherBounds = [abs(other.difference.low), abs(other.difference.high)].sorted()
      ratios = [bounds[0] / otherBounds[1], bounds[1] / otherBounds[0]]
    }
    let (low, high) = (ratios.reduce(estimate, min), ratios.reduce(estimate, max))
    return high.isFinite ? UncertainValue(estimate, low: low, high: high) : nil
  }
}
