import EnergyMetering
import SearchSpaces
import Studies
import Testing

@Suite("A candidate of several seeds")
struct SeedMeanTests {
  /// Two candidates, the first repeated as often as is said.
  private func trials(
    _ accuracies: [Double], against other: Double, costs: [Double], otherCost: Double
  ) throws -> [Trial] {
    let made = try Bench(.lexicographicGrid, threefoldSpace()).run().trials
    func trial(_ number: Int, like like: Trial, _ accuracy: Double, _ cost: Double, repeats: Int?) -> Trial {
      var trial = like
      trial.number = number
      trial.outcome?.validationAccuracy = accuracy
      let energy = Energy(joules: cost)
      trial.energy = EnergyReading(energy: energy, low: energy, high: energy, provenance: fakeProvenance)
      trial.cpuSeconds = 1
      trial.repeats = repeats
      return trial
    }
    let first = trial(0, like: made[0], accuracies[0], costs[0], repeats: nil)
    let second = trial(1, like: made[3], other, otherCost, repeats: nil)
    return [first, second]
      + zip(accuracies, costs).dropFirst().enumerated().map { offset, figures in
        trial(2 + offset, like: made[0], figures.0, figures.1, repeats: 0)
      }
  }

  private func front(_ trials: [Trial], _ objectives: [Objective] = [.accuracy, .trainingEnergy])
    -> TrialFront
  {
    TrialFront(of: trials, objectives: objectives, validationCount: 360, seed: 1)
  }

  @Test("is on the front by the means of accuracy and energy, and its first trial stands for it")
  func means() throws {
    // 0.92 at 11 J is beside 0.9 at 10 J, and the mean of 0.92, 0.8 and 0.8 is 0.84.
    let once = try trials([0.92], against: 0.9, costs: [11], otherCost: 10)
    #expect(front(once).members.map(\.trial.number) == [0, 1])
    let thrice = try trials([0.92, 0.8, 0.8], against: 0.9, costs: [11, 11, 11], otherCost: 10)
    #expect(front(thrice).members.map(\.trial.number) == [1])
    // 11, 8 and 8 J are 9 J on average, less than 10 J.
    let cheap = try trials([0.9, 0.9, 0.9], against: 0.9, costs: [11, 8, 8], otherCost: 10)
    #expect(front(cheap).members.map(\.trial.number) == [0])
    let losses = try #require(RepeatedTrainings(cheap).losses([.accuracy, .trainingEnergy], of: cheap[0]))
    #expect(abs(losses[0] - 0.1) < 1e-15 && abs(losses[1] * 3.6e6 - 9) < 1e-12)
    // The worst candidate takes 10 J; a repeat of 11 J is none.
    #expect(abs(front(cheap).reference[1] * 3.6e6 - 11) < 1e-12)
    // What strategies are told stays that of the single training.
    let told = try #require(cheap[0].losses([.trainingEnergy], among: cheap))
    #expect(abs(told[0] * 3.6e6 - 11) < 1e-12)
  }

  @Test("has a chance to be on the front that each seed makes surer, on the axis of energy")
  func energyChance() throws {
    // One training scatters by 3 %. P(1.04 scattered < 1 scattered) = Φ(−ln 1.04 / (0.03 √2)) = Φ(−0.9245) = 0.178; with
    // four trainings of the first its deviation halves: Φ(−0.0392 / (0.03 √1.25)) = Φ(−1.169) = 0.121.
    for (count, chance) in [(1, 0.178), (4, 0.121)] {
      let trials = try trials(
        Array(repeating: 0.9, count: count), against: 0.9, costs: Array(repeating: 1, count: count),
        otherCost: 1.04)
      let front = front(trials, [.trainingEnergy])
      #expect(abs(front.members[0].nonDominatedProbability - (1 - chance)) < 0.03)
    }
  }

  @Test(
    "has a chance to be on the front that the spread between its seeds makes less sure, on the axis of accuracy"
  )
  func accuracyChance() throws {
    // By 360 samples 0.95 is 0.1 / √(0.0475/360 + 0.1275/360) = 4.5 deviations better than 0.85. With seeds of 0.9 and 1 the
    // standard error of their mean is 0.05: P(t₁ > −2) = 1/2 + arctan 2 / π = 0.852.
    let sure = try trials([0.95], against: 0.85, costs: [1], otherCost: 1)
    #expect(front(sure, [.accuracy]).members[0].nonDominatedProbability > 0.99)
    let unsure = try trials([0.9, 1], against: 0.85, costs: [1, 1], otherCost: 1)
    #expect(abs(front(unsure, [.accuracy]).members[0].nonDominatedProbability - 0.852) < 0.04)
  }

  @Test("has an accuracy that is known by its samples, and by the spread of its seeds")
  func interval() throws {
    // Wilson's interval of 0.9 of 360 with z = 1.6449.
    let one = try #require(AccuracyInterval(accuracies: [0.9], sampleCount: 360))
    #expect(one.mean == 0.9 && abs(one.low - 0.87094) < 1e-5 && abs(one.high - 0.92310) < 1e-5)
    // Of 0.905 it is 0.87648 to 0.92748. The seeds add 6.3138 · 0.0070711 / √2 = 0.031569 squared on each side.
    let two = try #require(AccuracyInterval(accuracies: [0.9, 0.91], sampleCount: 360))
    #expect(abs(two.mean - 0.905) < 1e-12)
    #expect(abs(two.low - 0.86245) < 1e-5 && abs(two.high - 0.94376) < 1e-5)
    // Equal seeds add nothing, and samples that were all right or wrong leave an interval on one side.
    let equal = try #require(AccuracyInterval(accuracies: [0.9, 0.9, 0.9], sampleCount: 360))
    #expect(equal == one)
    let all = try #require(AccuracyInterval(accuracies: [1], sampleCount: 10))
    // 10 / (10 + 1.6449²)
    #expect(all.high == 1 && abs(all.low - 0.78706) < 1e-5)
    let none = try #require(AccuracyInterval(accuracies: [0], sampleCount: 10))
    #expect(none.low == 0 && abs(none.high - 0.21294) < 1e-5)
    #expect(AccuracyInterval(accuracies: [], sampleCount: 10) == nil)
    #expect(AccuracyInterval(accuracies: [1], sampleCount: 0) == nil)
  }
}
