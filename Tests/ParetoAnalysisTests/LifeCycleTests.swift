import EnergyMetering
import Numerics
import ParetoAnalysis
import Testing

/// A reading in kilowatt-hours with its bounds.
func kilowattHours(
  _ amount: Double, _ low: Double? = nil, _ high: Double? = nil, tier: EnergyTier = .measured,
  detail: String = "RAPL"
) -> EnergyReading {
  EnergyReading(
    energy: Energy(kilowattHours: amount), low: Energy(kilowattHours: low ?? amount),
    high: Energy(kilowattHours: high ?? amount),
    provenance: EnergyProvenance(source: "test", domains: ["core"], tier: tier, detail: detail))
}

private func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-12 * abs(right) }

@Suite("The life cycle")
struct LifeCycleTests {
  private let life = LifeCycle(
    search: kilowattHours(2, 1, 4), training: kilowattHours(0.5, 0.25, 1),
    inference: kilowattHours(1e-9, 0.5e-9, 2e-9), inferences: 1e9)

  @Test("adds search, training and all inferences, bound to bound")
  func total() {
    // 2 + 0.5 + 1e-9 · 1e9; the bounds 1 + 0.25 + 0.5 and 4 + 1 + 2.
    #expect(isNear(life.total.energy.kilowattHours, 3.5))
    #expect(isNear(life.total.low.kilowattHours, 1.75) && isNear(life.total.high.kilowattHours, 7))
    #expect(isNear(life.upfront.energy.kilowattHours, 2.5) && isNear(life.use.energy.kilowattHours, 1))
    // 2 kWh / 1e9
    #expect(isNear(life.searchPerInference?.energy.kilowattHours ?? 0, 2e-9))
  }

  @Test("multiplies every stage by the power usage effectiveness and leaves the shares as they are")
  func powerUsageEffectiveness() {
    var site = life
    site.powerUsageEffectiveness = UncertainValue(1.2, low: 1.1, high: 1.5)
    // 3.5 · 1.2, 1.75 · 1.1, 7 · 1.5
    #expect(isNear(site.total.energy.kilowattHours, 4.2))
    #expect(isNear(site.total.low.kilowattHours, 1.925) && isNear(site.total.high.kilowattHours, 10.5))
    #expect(isNear(site.searchPerInference?.energy.kilowattHours ?? 0, 2.4e-9))
    for shares in [site.shares, life.shares] {
      #expect(isNear(shares.search, 2 / 3.5) && isNear(shares.training, 0.5 / 3.5))
      #expect(isNear(shares.inference, 1 / 3.5))
    }
  }

  @Test("gives the carbon of the electricity's mix, and of another one while the search ran")
  func carbon() {
    // 3.5 kWh at 344.1 g/kWh (Germany, Ember 2024); the bounds 1.75 · 300 and 7 · 400.
    let germany = UncertainValue(344.1, low: 300, high: 400)
    let grams = life.emissions(germany)
    #expect(isNear(grams.grams, 1204.35) && isNear(grams.lowGrams, 525) && isNear(grams.highGrams, 2800))
    // 2 · 44.2 + 1.5 · 344.1; the bounds 1 · 44.2 + 0.75 · 300 and 4 · 44.2 + 3 · 400.
    let nightly = life.emissions(germany, whileSearching: UncertainValue(exactly: 44.2))
    #expect(isNear(nightly.grams, 604.55))
    #expect(isNear(nightly.lowGrams, 269.2) && isNear(nightly.highGrams, 1376.8))
  }

  @Test("is of the least trustworthy tier in it and names all origins")
  func tier() {
    var mixed = life
    #expect(mixed.total.provenance.tier == .measured)
    mixed.training = kilowattHours(0.5, tier: .attributed)
    #expect(mixed.total.provenance.tier == .attributed)
    mixed.inference = kilowattHours(1e-9, tier: .modelled, detail: "2–6 W/core")
    #expect(mixed.total.provenance.tier == .modelled)
    #expect(mixed.total.provenance.detail == "RAPL; 2–6 W/core")
    #expect(mixed.upfront.provenance.tier == .attributed)
  }

  @Test("of nothing has no shares, and of no inferences no search to carry")
  func nothing() {
    let none = LifeCycle(
      search: kilowattHours(0), training: kilowattHours(0), inference: kilowattHours(0), inferences: 0)
    #expect(none.shares.search == 0 && none.shares.training == 0 && none.shares.inference == 0)
    #expect(none.searchPerInference == nil)
  }

  @Test("never gets surer by a further uncertain term, and never smaller")
  func neverNarrower() {
    var stream = RandomStream(seed: 3, purpose: "life cycle")
    // Multiples of 1/8 J up to 128 J, factors in eighths: all sums and products are exact.
    func eighths(from least: Double) -> (Double, Double, Double) {
      let parts = (0..<3).map { _ in Double(stream.integer(below: 341)) / 8 }
      return (least + parts[0], least + parts[0] + parts[1], least + parts[0] + parts[1] + parts[2])
    }
    func reading() -> EnergyReading {
      let (low, middle, high) = eighths(from: 0)
      return EnergyReading(
        energy: Energy(joules: middle), low: Energy(joules: low), high: Energy(joules: high),
        provenance: EnergyProvenance(
          source: "s", domains: [], tier: EnergyTier.allCases[stream.integer(below: 3)], detail: ""))
    }
    func width(_ reading: EnergyReading) -> Double { (reading.high - reading.low).joules }
    for _ in 0..<2000 {
      let (low, middle, high) = eighths(from: 1)
      let life = LifeCycle(
        search: reading(), training: reading(), inference: reading(),
        inferences: Double(stream.integer(below: 1000)),
        powerUsageEffectiveness: UncertainValue(middle, low: low, high: high))
      let total = life.total
      #expect(total.low.joules >= 0 && total.low <= total.energy && total.energy <= total.high)
      for term in [life.search, life.training, life.siteSearch, life.siteTraining, life.upfront, life.use] {
        #expect(width(total) >= width(term) && total.energy >= term.energy && total.low >= term.low)
      }
      var exact = life
      exact.powerUsageEffectiveness = UncertainValue(exactly: middle)
      #expect(width(total) >= width(exact.total))
      var longer = life
      longer.search += reading()
      longer.inferences += 1
      #expect(longer.search.energy >= life.search.energy && longer.total.low >= total.low)
      #expect(width(longer.search) >= width(life.search) && width(longer.total) >= width(total))
      let (factorLow, factor, factorHigh) = eighths(from: 0)
      let intensity = UncertainValue(factor, low: factorLow, high: factorHigh)
      let grams = life.emissions(intensity)
      let sure = life.emissions(UncertainValue(exactly: factor))
      #expect(grams.highGrams - grams.lowGrams >= (sure.highGrams - sure.lowGrams) * (1 - 1e-12))
    }
  }
}
