import EnergyMetering
import ParetoAnalysis
import Testing

@Suite("Breaking even")
struct BreakEvenTests {
  /// A life of joules; CT is 100 J, known badly, and the same for all.
  private func life(
    training: (Double, Double, Double), inference: (Double, Double, Double), search: Double = 100,
    tier: EnergyTier = .measured, inferences: Double = 0
  ) -> LifeCycle {
    func reading(_ amount: (Double, Double, Double)) -> EnergyReading {
      EnergyReading(
        energy: Energy(joules: amount.1), low: Energy(joules: amount.0), high: Energy(joules: amount.2),
        provenance: EnergyProvenance(source: "s", domains: [], tier: tier, detail: "W"))
    }
    return LifeCycle(
      search: reading((search / 100, search, search * 100)), training: reading(training),
      inference: reading(inference), inferences: inferences)
  }

  @Test("is where the energy saved in use has paid for the search")
  func searchPaysBack() throws {
    // CT 2 kWh, T 0.5 kWh, I 1e-9 kWh against CT 0, T 0.5 kWh, I 3e-9 kWh: 2 / (3e-9 − 1e-9) = 1e9.
    let searched = LifeCycle(
      search: kilowattHours(2), training: kilowattHours(0.5), inference: kilowattHours(1e-9), inferences: 1e9)
    let unsearched = LifeCycle(
      search: kilowattHours(0), training: kilowattHours(0.5), inference: kilowattHours(3e-9), inferences: 1e9)
    guard case .at(let count) = searched.breakEven(against: unsearched) else {
      Issue.record("expected a number")
      return
    }
    #expect(abs(count.value - 1e9) < 1 && count.isExact)
    #expect(unsearched.breakEven(against: searched) == .at(count))
    // There both take the same.
    #expect(abs(searched.compared(with: unsearched).joules) < 1e-6)
    // With a PUE of 2 on the dearer side: (2.5 − 2 · 0.5) / (2 · 3e-9 − 1e-9) = 3e8.
    var wasteful = unsearched
    wasteful.powerUsageEffectiveness = UncertainValue(exactly: 2)
    guard case .at(let sooner) = searched.breakEven(against: wasteful) else {
      Issue.record("expected a number")
      return
    }
    #expect(abs(sooner.value - 3e8) < 1)
  }

  @Test("has the bounds of the quotient; a search in common cancels")
  func bounds() {
    let first = life(training: (2.5, 3, 3.5), inference: (0.75, 1, 1.25))
    let second = life(training: (0.5, 1, 1.5), inference: (1.75, 2, 2.25))
    // (3 − 1) / (2 − 1) = 2; the dearer by 2.5 − 1.5 = 1 to 3.5 − 0.5 = 3, the saving 1.75 − 1.25 = 0.5 to
    // 2.25 − 0.75 = 1.5: from 1 / 1.5 to 3 / 0.5.
    let expected = BreakEven.at(UncertainValue(2, low: 1 / 1.5, high: 6))
    #expect(first.breakEven(against: second) == expected && second.breakEven(against: first) == expected)
    // Two searches of their own are known too badly.
    let third = life(training: (0.5, 1, 1.5), inference: (1.75, 2, 2.25), search: 99)
    #expect(first.breakEven(against: third) == .tie(estimate: 3))
  }

  @Test("does not depend on watts that are unknown but the same for both")
  func commonWatts() {
    // From half to three times the estimate; at both bounds as in the middle (3 − 1) / (2 − 1) = 2.
    let first = life(training: (1.5, 3, 9), inference: (0.5, 1, 3), tier: .modelled)
    let second = life(training: (0.5, 1, 3), inference: (1, 2, 6), tier: .modelled)
    #expect(first.breakEven(against: second) == .at(UncertainValue(exactly: 2)))
    // Counters err each for itself.
    let counted = life(training: (1.5, 3, 9), inference: (0.5, 1, 3), tier: .measured)
    let other = life(training: (0.5, 1, 3), inference: (1, 2, 6), tier: .measured)
    #expect(counted.breakEven(against: other) == .tie(estimate: 2))
  }

  @Test("is never where one is at least as cheap in both respects")
  func never() {
    let cheap = life(training: (1, 1, 1), inference: (1, 1, 1))
    for dear in [
      life(training: (2, 2, 2), inference: (2, 2, 2)), life(training: (1, 1, 1), inference: (2, 2, 2)),
      life(training: (2, 2, 2), inference: (1, 1, 1)),
    ] {
      #expect(cheap.breakEven(against: dear) == .firstAlwaysCheaper)
      #expect(dear.breakEven(against: cheap) == .secondAlwaysCheaper)
    }
    #expect(cheap.breakEven(against: cheap) == .tie(estimate: nil))
  }

  @Test("is a tie where intervals overlap, also in one respect only")
  func ties() {
    let first = life(training: (2, 3, 4), inference: (1, 1, 1))
    #expect(
      first.breakEven(against: life(training: (3, 5, 6), inference: (0.5, 0.5, 0.5))) == .tie(estimate: 4))
    // Dearer for certain before the use, and perhaps not cheaper in it.
    #expect(
      first.breakEven(against: life(training: (0, 1, 1), inference: (0.5, 1.5, 2))) == .tie(estimate: 4))
    #expect(first.breakEven(against: life(training: (3, 5, 6), inference: (2, 2, 2))) == .tie(estimate: nil))
  }

  @Test("compares whole lives at their number of inferences")
  func comparison() {
    // 3 + 1 · e against 1 + 2 · e, each known to a quarter joule in T alone: 5 ± 0.25 and 5 ± 0.25 at 2, 7 and 9 at 4.
    func lives(_ count: Double) -> (LifeCycle, LifeCycle) {
      (
        life(training: (2.75, 3, 3.25), inference: (1, 1, 1), inferences: count),
        life(training: (0.75, 1, 1.25), inference: (2, 2, 2), inferences: count)
      )
    }
    for (count, sign) in [(1.0, EnergyDifference.Sign.greater), (2, .tie), (4, .less)] {
      let (first, second) = lives(count)
      #expect(first.compared(with: second).sign == sign, "\(count)")
      #expect(first.compared(with: second).joules == 2 - count)
    }
  }
}
