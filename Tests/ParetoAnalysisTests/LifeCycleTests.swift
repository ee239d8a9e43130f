import ParetoAnalysis
import Testing

@Suite("The life cycle")
struct LifeCycleTests {
  private let searched = LifeCycle(searchKWh: 2, trainingKWh: 0.5, inferenceKWh: 1e-9, inferences: 1e9)
  private let unsearched = LifeCycle(searchKWh: 0, trainingKWh: 0.5, inferenceKWh: 3e-9, inferences: 1e9)

  @Test("adds search, training and all inferences")
  func total() {
    #expect(searched.upfrontKWh == 2.5)
    #expect(abs(searched.useKWh - 1) < 1e-15)
    #expect(abs(searched.totalKWh - 3.5) < 1e-15)
  }

  @Test("multiplies every stage by the power usage effectiveness and leaves the shares as they are")
  func powerUsageEffectiveness() {
    var life = searched
    life.powerUsageEffectiveness = 1.58
    #expect(abs(life.totalKWh - 3.5 * 1.58) < 1e-14)
    #expect(abs(life.upfrontKWh - 2.5 * 1.58) < 1e-14)
    for shares in [life.shares, searched.shares] {
      #expect(abs(shares.search - 2 / 3.5) < 1e-15)
      #expect(abs(shares.training - 0.5 / 3.5) < 1e-15)
      #expect(abs(shares.inference - 1 / 3.5) < 1e-15)
    }
  }

  @Test("gives the carbon of the electricity's mix")
  func carbon() {
    // 3.5 kWh at 344.1 g/kWh (Germany, Ember 2024) and at 44.2 g/kWh (France).
    #expect(abs(searched.co2EquivalentGrams(gramsPerKWh: 344.1) - 1204.35) < 1e-9)
    #expect(abs(searched.co2EquivalentGrams(gramsPerKWh: 44.2) - 154.7) < 1e-9)
  }

  @Test("breaks even when the energy saved in use has paid for the search")
  func breakEven() throws {
    let count = try #require(searched.breakEvenInferences(against: unsearched))
    #expect(abs(count - 1e9) < 1)
    #expect(unsearched.breakEvenInferences(against: searched) == count)
    // There both lives cost the same.
    var first = searched
    var second = unsearched
    first.inferences = count
    second.inferences = count
    #expect(abs(first.totalKWh - second.totalKWh) < 1e-12)
    // Twice the effectiveness on both sides moves nothing; on the dearer one it comes sooner.
    first.powerUsageEffectiveness = 2
    second.powerUsageEffectiveness = 2
    #expect(abs(try #require(first.breakEvenInferences(against: second)) - 1e9) < 1)
    first.powerUsageEffectiveness = 1
    // (2.5 − 2 · 0.5) / (2 · 3e-9 − 1e-9)
    #expect(abs(try #require(first.breakEvenInferences(against: second)) - 3e8) < 1)
  }

  @Test("never breaks even when one model is at least as cheap in both respects")
  func noBreakEven() {
    let cheaper = LifeCycle(searchKWh: 0, trainingKWh: 0.4, inferenceKWh: 1e-9, inferences: 0)
    #expect(cheaper.breakEvenInferences(against: unsearched) == nil)
    #expect(unsearched.breakEvenInferences(against: cheaper) == nil)
    #expect(searched.breakEvenInferences(against: searched) == nil)
    #expect(cheaper.breakEvenInferences(against: searched) == nil)
  }

  @Test("of nothing has no shares")
  func nothing() {
    let shares = LifeCycle(searchKWh: 0, trainingKWh: 0, inferenceKWh: 0, inferences: 0).shares
    #expect(shares.search == 0 && shares.training == 0 && shares.inference == 0)
  }
}
