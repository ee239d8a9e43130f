import EnergyMetering
import NeuralNetworks
import Numerics
import SearchSpaces
import Studies
import Testing
import Training

private let parts = PartSizes(training: 1000, validation: 200, test: 100)

private func candidate(
  units: Int, layers: Int = 1, epochs: Int = 10, batchSize: Int = 32, patience: Int? = nil
) -> Candidate {
  var training = TrainingHyperparameters(
    optimizer: .adam(), learningRate: 0.01, batchSize: batchSize, epochs: epochs)
  training.patience = patience
  return Candidate(
    architecture: Architecture(
      sampleShape: [20],
      layers: (0..<layers).flatMap { _ in [Layer.dense(units: units), .activation(.relu)] }
        + [.dense(units: 3)]),
    training: training)
}

@Suite("The quote of a training")
struct CostModelTests {
  /// Trainings whose true cost is other than the prior says: another machine, another mix, and 10 % of noise.
  private func trainings(_ seed: UInt64, _ count: Int) throws -> [(TrainingWorkload, Double)] {
    var stream = RandomStream(seed: seed, purpose: "trainings")
    return try (0..<count).map { _ in
      let (units, layers) = (8 << stream.integer(below: 6), 1 + stream.integer(below: 4))
      let (epochs, batch) = (5 + stream.integer(below: 20), 16 << stream.integer(below: 4))
      let candidate = candidate(units: units, layers: layers, epochs: epochs, batchSize: batch)
      let costs = try candidate.architecture.costs()
      let samples = Double(epochs * 1000)
      let steps = Double(epochs * ((1000 + batch - 1) / batch))
      let joules =
        0.02 + 2e-5 * steps * Double(layers) + 4e-10 * samples * Double(costs.trainingFlopsPerSample)
        + 3e-9 * steps * Double(costs.parameters)
      return (try TrainingWorkload(candidate, parts), joules * (0.1 * stream.normal()).exponential)
    }
  }

  @Test(
    "holds nine times in ten and errs little, after ten trainings of a machine that nobody knew",
    arguments: 1...8)
  func learns(seed: UInt64) throws {
    var model = CostModel(watts: 8)
    var (held, errors) = (0, [Double]())
    for (number, (workload, joules)) in try trainings(seed, 70).enumerated() {
      let quote = model.quote(workload)
      #expect(quote.low > 0 && quote.low < quote.joules && quote.joules < quote.high)
      if number >= 10 {
        held += quote.low <= joules && joules <= quote.high ? 1 : 0
        errors.append(abs(quote.joules / joules - 1))
      }
      model.observe(workload, joules: joules)
    }
    #expect(model.observed == 70)
    #expect(held >= 51, "\(held) of 60")
    #expect(Statistics.median(errors) < 0.15)
  }

  @Test("is wide before anything was seen, and the first training corrects its scale")
  func first() throws {
    var model = CostModel(watts: 8)
    let workload = try TrainingWorkload(candidate(units: 64), parts)
    let before = model.quote(workload)
    #expect(before.high / before.low > 8)
    model.observe(workload, joules: 7 * before.joules)
    let after = model.quote(workload)
    #expect(abs(after.joules / (7 * before.joules) - 1) < 0.01)
    #expect(after.high / after.low < before.high / before.low)
  }

  @Test("grows with epochs, layers, units and steps, and counts early stopping's evaluations")
  func grows() throws {
    let model = CostModel(watts: 8)
    func joules(_ candidate: Candidate) throws -> Double {
      model.quote(try TrainingWorkload(candidate, parts)).joules
    }
    let base = try joules(candidate(units: 64))
    #expect(try joules(candidate(units: 128)) > base)
    #expect(try joules(candidate(units: 64, layers: 2)) > base)
    #expect(try joules(candidate(units: 64, batchSize: 16)) > base)
    #expect(try joules(candidate(units: 64, patience: 3)) > base)
    // Twice the epochs is twice everything but the fixed part and the evaluations at the end.
    let (ten, twenty, thirty) = (
      base, try joules(candidate(units: 64, epochs: 20)), try joules(candidate(units: 64, epochs: 30))
    )
    #expect(abs((thirty - twenty) / (twenty - ten) - 1) < 1e-9)
    #expect(
      try TrainingWorkload(candidate(units: 64, epochs: 20), parts, epochs: 10)
        == TrainingWorkload(candidate(units: 64, epochs: 10), parts))
  }

  @Test("is twice as much for twice the watts or half the speed")
  func machines() throws {
    let workload = try TrainingWorkload(candidate(units: 64), parts)
    let one = CostModel(watts: 4).quote(workload).joules
    #expect(abs(CostModel(watts: 8).quote(workload).joules / one - 2) < 1e-9)
    let slow = CostModel(watts: 4, gigaflops: CostModel.priorGigaflops / 2)
    #expect(abs(slow.quote(workload).joules / one - 2) < 1e-9)
  }

  @Test("learns nothing from a training that took nothing or was no number")
  func nothing() throws {
    var model = CostModel(watts: 8)
    let workload = try TrainingWorkload(candidate(units: 64), parts)
    let before = model.quote(workload)
    for joules in [0, -1, Double.nan, .infinity] { model.observe(workload, joules: joules) }
    #expect(model.observed == 0 && model.quote(workload) == before)
  }
}

@Suite("A budget kept by quotes")
struct QuotedBudgetTests {
  @Test("is never overrun by more than one trial's interval", arguments: 0..<100)
  func overrun(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var bench = Bench(
      .random, try repetitiveSpace(), seed: seed, budget: Energy(joules: 25 + Double(seed % 10)))
    bench.objectives = [.accuracy, .trainingEnergy]
    let journal = try folder.createJournal()
    let executor = ScriptedExecutor(.init(slots: 1 + Int(seed % 4), order: seed))
    let ending = try bench.study(on: journal, executor).run()
    #expect(ending == .budget || ending == .exhausted)
    let metered = try executor.books().metered.energy.joules
    let quotes = try journal.quotes()
    #expect(Set(quotes.keys) == Set(executor.started))
    let widths = executor.started.suffix(4).compactMap { quotes[$0] }.map { $0.high - $0.low }
    let over = metered - (bench.budget?.joules ?? 0)
    #expect(over <= widths.max() ?? 0, "overrun by \(over) J, intervals \(widths)")
  }

  @Test("does not count the measuring of the front's inferences, which comes after the search")
  func measuring() throws {
    var bench = Bench(.random, try repetitiveSpace(), budget: Energy(joules: 30))
    bench.inferenceMeasure = .front
    let executor = ScriptedExecutor()
    let (trials, ending) = try bench.run(executor)
    #expect(ending == .budget)
    #expect(trials.contains { $0.inference != nil })
    #expect(try executor.books().measuring.energy.joules > 0)
  }
}

@Suite("The least gain of a study")
struct LeastGainTests {
  @Test("ends it once its front no longer grows by that for its energy, and not before 20 trials")
  func ends() throws {
    var bench = Bench(.random, try repetitiveSpace(), trialLimit: 1000)
    bench.leastGain = 1e-3
    let (trials, ending) = try bench.run()
    #expect(ending == .gain || ending == .exhausted)
    #expect(trials.count >= 20)
    bench.leastGain = 1e12
    let (fewer, early) = try bench.run()
    #expect(early == .gain)
    #expect(fewer.count { $0.state != .running } <= trials.count)
    #expect(fewer.count >= 20)
  }
}
