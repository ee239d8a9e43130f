import EnergyMetering
import SearchSpaces
import Studies
import Testing

/// The scripted executor's inferences take a 400th of their window.
@Suite("Life-cycle energy as an objective")
struct LifeCycleObjectiveTests {
  private func bench(inferences: Double, kind: StrategyKind = .random, limit: Int = 20) throws -> Bench {
    var bench = Bench(kind, try repetitiveSpace(), trialLimit: limit)
    bench.objectives = [.accuracy, .lifeCycleEnergy]
    bench.inferences = inferences
    return bench
  }

  private func window(of trial: Trial) -> Double {
    ScriptedExecutor.inference(of: trial.candidate).single.energy.energy.joules
  }

  @Test("is the training and so many inferences at batch 1, with the bounds of both end to end")
  func sum() throws {
    let (trials, _) = try bench(inferences: 4000).run(.init(failing: [3]))
    #expect(trials.contains { $0.state == .duplicate })
    for trial in trials {
      let life = trial.lifeCycleEnergy(inferences: 4000, among: trials)
      guard trial.number != 3, trial.duplicateOf != 3 else {
        #expect(trial.value(of: .lifeCycleEnergy, among: trials, inferences: 4000) == nil)
        continue
      }
      // T, and ten windows of 400.
      let expected = ScriptedExecutor.cost(of: trial.candidate) + 10 * window(of: trial)
      let reading = try #require(life)
      #expect(abs(reading.energy.joules - expected) < 1e-9)
      #expect(abs(reading.low.joules - 0.75 * expected) < 1e-9)
      #expect(abs(reading.high.joules - 1.25 * expected) < 1e-9)
      let value = trial.value(of: .lifeCycleEnergy, among: trials, inferences: 4000)
      #expect(value == reading.energy.kilowattHours)
      #expect(trial.losses([.lifeCycleEnergy], among: trials) == nil, "without a number of inferences")
    }
  }

  @Test("has all trials measured, and its strategy hears of it, whatever the number of workers")
  func told() throws {
    let bench = try bench(inferences: 800, kind: .evolution, limit: 30)
    let diary = Diary()
    let folder = try TemporaryFolder()
    let study = try bench.study(
      on: folder.createJournal(), ScriptedExecutor(.init(failing: [2])),
      strategy: DiaryStrategy(base: bench.strategy(), diary: diary))
    _ = try study.run()
    let told = diary.entries.compactMap(\.losses)
    #expect(told.count == 25)
    for (trial, losses) in zip(study.trials, told) where (trial.duplicateOf ?? trial.number) != 2 {
      let expected = ScriptedExecutor.cost(of: trial.candidate) + 2 * window(of: trial)
      try #require(losses.count == 2)
      #expect(abs(losses[1] * 3.6e6 - expected) < 1e-9)
    }
    for slots in [2, 5] {
      #expect(try bench.run(.init(slots: slots, order: 6, failing: [2])).trials == study.trials)
    }
  }

  @Test("goes from the energy of training to that of inference as the number of inferences grows")
  func numbers() throws {
    let (trials, _) = try bench(inferences: 1, limit: 12).run()
    func best(_ inferences: Double) -> [Int] {
      TrialFront(
        of: trials, objectives: [.lifeCycleEnergy], inferences: inferences, validationCount: 360, seed: 1
      ).members.map(\.trial.number)
    }
    let trained = trials.filter { $0.state == .completed }
    func least(_ cost: (Trial) -> Double) -> [Int] {
      let lowest = trained.map(cost).min()
      return trained.filter { cost($0) == lowest }.map(\.number)
    }
    let (cheapToTrain, cheapToUse) = (
      least { ScriptedExecutor.cost(of: $0.candidate) }, least { window(of: $0) }
    )
    #expect(cheapToTrain != cheapToUse)
    #expect(best(1e-9) == cheapToTrain)
    #expect(best(1e12) == cheapToUse)
  }

  @Test("scatters from one measuring to the next, so that equal networks are on the front every other time")
  func uncertainty() throws {
    var (trials, _) = try bench(inferences: 400).run(.init())
    var (first, second) = (trials[0], trials[0])
    func certain(_ joules: Double) -> EnergyReading {
      EnergyReading(
        energy: Energy(joules: joules), low: Energy(joules: joules), high: Energy(joules: joules),
        provenance: fakeProvenance)
    }
    first.energy = certain(1)
    first.inference?.single.energy = certain(1)
    (second, second.number) = (first, 1)
    trials = [first, second]
    func probabilities() -> [Double] {
      TrialFront(
        of: trials, objectives: [.lifeCycleEnergy], inferences: 400, validationCount: 360, seed: 1
      ).members.map(\.nonDominatedProbability)
    }
    // Two trials of 1 + 1 J each.
    let equal = probabilities()
    #expect(equal.count == 2 && equal.allSatisfy { abs($0 - 0.5) < 0.06 }, "\(equal)")
    // 1 + 1 J beside 1 + 2 J: half as much again is far beyond a scatter of about 0.03 · √2 / 2.
    trials[1].inference?.single.energy = certain(2)
    #expect(probabilities() == [1])
  }
}
