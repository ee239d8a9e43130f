import EnergyMetering
import Foundation
import NeuralNetworks
import ParetoAnalysis
import Reports
import SearchSpaces
import Studies
import Testing
import Training

/// Two trials on a front and one that failed, with figures for sums by hand.
///
/// Trial 0: accuracy 0.9, T 800 J, I 2 J. Trial 1: 0.95, 1,600 J, 1 J. Trial 2 failed after 1,200 J. CT = 3,600 J. All are
/// known to a factor of two.
@Suite("A report of life cycles")
struct LifeCycleReportTests {
  private func run(
    tier: EnergyTier = .modelled, ends: [Int: Date] = [:], folder: String = "/nowhere/run"
  ) throws -> RunRecord {
    let yaml = """
      name: lives
      dataset: {name: digits}
      architecture: [dense: {units: classes}]
      training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 1}
      """
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "lives.yaml")
    let space = try configuration.searchSpace(sampleShape: [3], classCount: 2)
    let assignment = Assignment(values: [:])
    let candidate = try space.candidate(for: assignment)
    func reading(_ joules: Double) -> EnergyReading {
      EnergyReading(
        energy: Energy(joules: joules), low: Energy(joules: joules / 2), high: Energy(joules: joules * 2),
        provenance: EnergyProvenance(source: "test", domains: [], tier: tier, detail: "2–8 W/core"))
    }
    func trial(_ number: Int, _ joules: Double, accuracy: Double?, inference: Double?) -> Trial {
      let window = inference.map {
        InferenceMeasurement.Window(batchSize: 1, inferences: 1, seconds: 1, energy: reading($0))
      }
      return Trial(
        number: number, strategy: "random", state: accuracy == nil ? .failed : .completed, seed: 1,
        hash: "\(number)", assignment: assignment, candidate: candidate,
        costs: ArchitectureCosts(
          parameters: 1, forwardFlopsPerSample: 400, trainingFlopsPerSample: 1600,
          forwardBytesPerSample: 1, trainingBytesPerSample: 1),
        outcome: accuracy.map {
          TrainingOutcome(
            epochs: 1, steps: 1, trainingLoss: 0.5, validationLoss: 0.5, validationAccuracy: $0,
            testAccuracy: $0)
        },
        energy: reading(joules), wallSeconds: 1800,
        inference: window.map { InferenceMeasurement(single: $0, trainingBatch: $0) })
    }
    return RunRecord(
      folder: RunFolder(path: folder), configuration: configuration, space: space,
      programVersion: "test",
      trials: [
        trial(0, 800, accuracy: 0.9, inference: 2), trial(1, 1600, accuracy: 0.95, inference: 1),
        trial(2, 1200, accuracy: nil, inference: nil),
      ], trialEnds: ends, carbonIntensity: try CarbonIntensity(region: "PL"), trainingCount: 100,
      validationCount: 20)
  }

  private func report(
    _ run: RunRecord, inferences: Double = 1000, pue: UncertainValue = UncertainValue(exactly: 1.25),
    places: [CarbonPlace]? = nil
  ) throws -> LifeCycleReport {
    LifeCycleReport(
      run: run,
      lives: try FrontLifeCycles(
        of: run, front: run.front().members, inferences: inferences, powerUsageEffectiveness: pue),
      inferences: inferences, powerUsageEffectiveness: pue,
      places: try places ?? ["PL", "FR"].map { CarbonPlace(try CarbonIntensity(region: $0)) })
  }

  private func columns(_ report: LifeCycleReport) -> (String) -> [Double] {
    let table = report.table
    return { name in
      guard let index = table.columns.firstIndex(of: name) else { return [] }
      return table.rows.map { Double($0[index]) ?? .nan }
    }
  }

  private func isNear(_ left: [Double], _ right: [Double]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= 1e-9 * abs($1) }
  }

  @Test("adds up each life as by hand")
  func stages() throws {
    let column = columns(try report(run()))
    func joules(_ name: String) -> [Double] { column(name).map { $0 * 3.6e6 } }
    // By rank trial 1, then trial 0; first in Poland, then in France.
    #expect(column("trial") == [1, 0, 1, 0] && column("g_co2eq_per_kwh") == [615, 615, 44.2, 44.2])
    // CT 3,600 · 1.25; T 1,600 · 1.25 and 800 · 1.25; I · e = 1 · 1000 · 1.25 and 2 · 1000 · 1.25.
    #expect(isNear(joules("ct_kwh"), [4500, 4500, 4500, 4500]))
    #expect(isNear(joules("t_kwh"), [2000, 1000, 2000, 1000]))
    #expect(isNear(column("inference_energy_j"), [1, 2, 1, 2]))
    #expect(isNear(joules("use_kwh"), [1250, 2500, 1250, 2500]))
    // 4500 + 2000 + 1250 and 4500 + 1000 + 2500; half and twice of it as bounds.
    #expect(isNear(joules("life_kwh"), [7750, 8000, 7750, 8000]))
    #expect(isNear(joules("life_low_kwh"), [3875, 4000, 3875, 4000]))
    #expect(isNear(joules("life_high_kwh"), [15_500, 16_000, 15_500, 16_000]))
    let shares = [4500.0 / 7750, 0.5625, 4500.0 / 7750, 0.5625]
    #expect(isNear(column("ct_share"), shares))
    #expect(isNear(column("ct_per_inference_j"), [4.5, 4.5, 4.5, 4.5]))
    // 7750 J / 3.6e6 · 615 g/kWh = 1.32395833 g, 8000 J: 1.36666667; in France 7750 / 3.6e6 · 44.2 = 0.0951527778.
    #expect(isNear(Array(column("co2eq_g").prefix(3)), [1.323958333333, 1.366666666667, 0.095152777778]))
    #expect(isNear(Array(column("co2eq_low_g").prefix(1)), [0.661979166667]))
    // (1600 − 800) / (2 − 1): from 800 inferences on trial 1.
    #expect(column("least_from_inferences").prefix(2) == [800, 0])
    #expect(column("least_to_inferences")[1] == 800 && column("least_to_inferences")[0].isNaN)
  }

  @Test("counts a PUE that is itself uncertain")
  func uncertainEffectiveness() throws {
    let column = columns(try report(run(), pue: UncertainValue(1.25, low: 1, high: 1.5)))
    // 6200 J at the machine: 3,100 · 1 and 12,400 · 1.5.
    #expect(isNear(Array(column("life_low_kwh").prefix(1)), [3100 / 3.6e6]))
    #expect(isNear(Array(column("life_high_kwh").prefix(1)), [18_600 / 3.6e6]))
  }

  @Test("finds the least by the number of inferences; watts in common leave no tie, counters do")
  func least() throws {
    let modelled = try FrontLifeCycles(
      of: run(), front: run().front().members, inferences: 1000,
      powerUsageEffectiveness: UncertainValue(exactly: 1))
    #expect(modelled.members[modelled.least].trial.number == 1 && modelled.ties.isEmpty)
    #expect(modelled.segments.map(\.start) == [0, 800])
    // Both T and both I scatter by 3 %: 800 J are known to 1.645 · √(24² + 48²) = 88.28, 1 J to 1.645 · √(0.06² + 0.03²) =
    // 0.11035, so that the count is from 711.72 / 1.11035 to 888.28 / 0.88965.
    guard case .at(let count) = modelled.segments[1].breakEven else {
      Issue.record("no count")
      return
    }
    #expect(
      abs(count.value - 800) < 1e-9 && abs(count.low - 640.99) < 0.05 && abs(count.high - 998.46) < 0.05)
    let few = try FrontLifeCycles(
      of: run(), front: run().front().members, inferences: 799,
      powerUsageEffectiveness: UncertainValue(exactly: 1))
    #expect(few.members[few.least].trial.number == 0)
    let counted = try run(tier: .measured)
    let measured = try FrontLifeCycles(
      of: counted, front: counted.front().members, inferences: 1000,
      powerUsageEffectiveness: UncertainValue(exactly: 1))
    #expect(measured.ties.map { measured.members[$0].trial.number } == [0])
    #expect(measured.segments[1].breakEven == .tie(estimate: 800))
    // All stages were measured.
    let life = measured.members[0].life
    #expect(life.upfront.provenance.tier == .measured && life.total.provenance.tier == .measured)
  }

  @Test("counts the search at the hours in which it ran")
  func hours() throws {
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeAtomically("2026-01-31T00:00Z,100\n2026-01-31T01:00Z,400\n2026-01-31T02:00Z,700\n", to: path)
    let hours = try HourlyIntensity(contentsOf: path)
    let start = hours.start
    // Half an hour each: trial 0 in the first hour, trial 1 half in the first and half in the second, trial 2 in the second:
    // (800 · 100 + 1600 · 250 + 1200 · 400) / 3600 = 266.67 g/kWh.
    let ends = [0: start + 1800, 1: start + 4500, 2: start + 7200]
    let place = try CarbonPlace(hours, uses: run(ends: ends).energyUses)
    #expect(isNear([place.searchIntensity?.value ?? 0], [960_000 / 3600]))
    #expect(place.intensity == UncertainValue(400, low: 100, high: 700))
    let later = try report(run(ends: ends), places: [place])
    // 4500 J · 266.67 + 3250 J · 400.
    #expect(isNear([columns(later)("co2eq_g")[0]], [(1_200_000 + 1_300_000) / 3.6e6]))
    // A trial whose end is not known, and a search before the first hour.
    #expect(try run(ends: [0: start, 1: start]).energyUses == nil)
    let before = try CarbonPlace(hours, uses: run(ends: [0: start, 1: start, 2: start]).energyUses)
    #expect(before.searchIntensity == nil)
    #expect(try report(run(), places: [before]).text.contains("CT counts at their mean"))
  }

  @Test("has one unit in each column, and one inference in the singular")
  func units() throws {
    // I · e: 1 · 2,000 · 1.25 = 2,500 J would be below 1 Wh, 2 · 2,000 · 1.25 = 5,000 J is above.
    let text = try report(run(), inferences: 2000).text
    #expect(text.contains(" 0.694 Wh [0.347–1.39] ") && text.contains(" 1.39 Wh [0.694–2.78] "), "\(text)")
    #expect(!text.contains("2500 J"))
    #expect(try report(run(), inferences: 1).text.contains(": 1 inference, PUE"))
  }

  @Test("says each figure with its interval, tier and origin")
  func text() throws {
    let text = try report(run()).text
    for part in [
      "Life cycle of lives: 1,000 inferences, PUE 1.25,",
      // 4500 J and 7750 J.
      "CT = 1.25 Wh [0.625–2.50] modelled: 2–8 W/core, over 3 trials; it adds 4.50 J [2.25–9.00] to each inference",
      "2.15 Wh [1.08–4.31]", "least", "the search", "58.1 %", "1.32 g [0.662–2.65]", "641 – 998",
      "Poland", "France", "13.9 ×", "1.47e-6 × round-trip flight New York–San Francisco, one passenger",
      "T of trials 1, 0 is that of the search", "I was measured at batch 1",
      "decided without the watts of the model",
    ] {
      #expect(text.contains(part), "\(part) is not in:\n\(text)")
    }
    let counted = try report(run(tier: .measured)).text
    #expect(!counted.contains("without the watts") && counted.contains("CT = 1.25 Wh [0.625–2.50] measured"))
  }

  @Test("takes T from a full retraining of the trial or of a duplicate of it")
  func retraining() throws {
    let folder = NSTemporaryDirectory() + "wattle-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(
      atPath: folder + "/trained/trial-3", withIntermediateDirectories: true)
    let plain = try run(folder: folder)
    var duplicate = plain.trials[1]
    duplicate.number = 3
    duplicate.state = .duplicate
    duplicate.duplicateOf = 1
    duplicate.energy = duplicate.energy.map { .zero($0.provenance) }
    let run = RunRecord(
      folder: plain.folder, configuration: plain.configuration, space: plain.space, programVersion: "test",
      trials: plain.trials + [duplicate], carbonIntensity: plain.carbonIntensity, trainingCount: 100,
      validationCount: 20)
    // Three trainings of 2,000 J in the mean, one more failed.
    try writeAtomically(
      """
      {"hash": "1", "trainings": [{}, {}, {}, {"failure": "diverged"}], "training_energy": {"joules": 2000,
      "low_joules": 1000, "high_joules": 4000, "source": "test", "domains": [], "tier": "modelled", "detail": "2–8 W/core"}}
      """, to: folder + "/trained/trial-3/summary.json")
    let lives = try report(run).lives
    #expect(lives.members.map(\.trainingSource) == [.retraining(count: 3), .search])
    #expect(lives.members.map(\.life.training.energy.joules) == [2000, 800])
    // I and CT stay those of the search, and the break-even moves to (2000 − 800) / (2 − 1).
    #expect(lives.members[0].life.inference.energy.joules == 1 && lives.search.energy.joules == 3600)
    #expect(lives.segments.map(\.start) == [0, 1200])
  }

  @Test("cannot be made of a run without completed trials")
  func empty() throws {
    let full = try run()
    let failed = RunRecord(
      folder: full.folder, configuration: full.configuration, space: full.space, programVersion: "test",
      trials: [full.trials[2]], carbonIntensity: full.carbonIntensity, trainingCount: 100, validationCount: 20
    )
    #expect(throws: RetrainingError.nothingCompleted(path: "/nowhere/run")) { try report(failed) }
  }
}
