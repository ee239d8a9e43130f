import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Reports
import SearchSpaces
import Studies
import Testing
import Training

/// Two trials of two epochs over 100 samples, 800 J each, of whose operations a quarter is forward; a third is a duplicate of
/// the first. Of trial 0 inferences were measured: 400 at batch 1 for 2,000 J and 1,600 at batch 32 for 1,600 J.
@Suite("Reports of inferences")
struct InferenceReportTests {
  /// - Parameter inherits: whether trial 1 began with the weights of trial 0.
  private func run(
    measured: [Int] = [0], failure: String? = nil, cpuSeconds: Double? = nil, inherits: Bool = false,
    measure: String = "front"
  ) throws -> RunRecord {
    let yaml = """
      name: inferences
      dataset: {name: digits}
      architecture: [dense: {units: classes}]
      training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 2}
      energy: {inference: {measure: \(measure)}}
      """
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "inferences.yaml")
    let space = try configuration.searchSpace(sampleShape: [3], classCount: 2)
    let assignment = Assignment(values: [:])
    let candidate = try space.candidate(for: assignment)
    func reading(_ joules: Double, tier: EnergyTier = .attributed) -> EnergyReading {
      EnergyReading(
        energy: Energy(joules: joules), low: Energy(joules: joules / 2), high: Energy(joules: joules * 2),
        provenance: EnergyProvenance(source: "test", domains: [], tier: tier, detail: "RAPL"))
    }
    let measurement = InferenceMeasurement(
      single: .init(batchSize: 1, inferences: 400, seconds: 0.25, energy: reading(2000)),
      trainingBatch: .init(batchSize: 32, inferences: 1600, seconds: 0.25, energy: reading(1600)))
    func trial(_ number: Int, accuracy: Double, energy: Double) -> Trial {
      Trial(
        number: number, strategy: "random", state: .completed, seed: 1, hash: "\(number)",
        assignment: assignment, candidate: candidate,
        costs: ArchitectureCosts(
          parameters: 1, forwardFlopsPerSample: 25, trainingFlopsPerSample: 100, forwardBytesPerSample: 1,
          trainingBytesPerSample: 1),
        outcome: TrainingOutcome(
          epochs: 2, steps: 1, trainingLoss: 0.5, validationLoss: 0.5, validationAccuracy: accuracy,
          testAccuracy: accuracy),
        energy: reading(energy), wallSeconds: 1, cpuSeconds: cpuSeconds,
        inference: measured.contains(number) ? measurement : nil,
        inferenceFailure: failure,
        inheritance: inherits && number == 1 ? WeightInheritance(parent: 0, epochs: 2) : nil)
    }
    var duplicate = trial(0, accuracy: 0.9, energy: 0)
    (duplicate.number, duplicate.state, duplicate.duplicateOf, duplicate.inference) = (2, .duplicate, 0, nil)
    return RunRecord(
      folder: RunFolder(path: "/nowhere/run"), configuration: configuration, space: space,
      programVersion: "test",
      trials: [trial(0, accuracy: 0.9, energy: 800), trial(1, accuracy: 0.95, energy: 1600), duplicate],
      carbonIntensity: try CarbonIntensity(region: "PL"), trainingCount: 100, validationCount: 20)
  }

  @Test("measured latencies stand before the failure, those of duplicates too")
  func latencies() throws {
    let table = try run().trialsTable
    #expect(table.columns.suffix(3) == ["latency_s", "batch_latency_s", "failure"])
    // 0.25 s for 400 inferences one by one, and for 1,600 in batches.
    #expect(
      table.rows.map { Array($0.suffix(3)) } == [
        ["0.000625", "0.00015625", ""], ["", "", ""], ["0.000625", "0.00015625", ""],
      ])
  }

  @Test("where all inferences are measured the front shows them, also if they are no objective")
  func column() throws {
    let objectives: [Objective] = [.accuracy, .trainingEnergy]
    func text(_ run: RunRecord) -> String { run.frontText(run.front(objectives: objectives)) }
    #expect(!text(try run()).contains("inference energy"))
    // 2,000 J for 400 inferences.
    let all = text(try run(measured: [0, 1], measure: "all"))
    #expect(all.contains("inference energy") && all.contains("5.00 J"), "\(all)")
  }

  @Test("trials that lack an objective are left out of the front and named, with the reason and the remedy")
  func unmeasured() throws {
    let full = try run()
    let objectives: [Objective] = [.accuracy, .inferenceEnergy]
    let front = full.front(objectives: objectives)
    #expect(front.members.map(\.trial.number) == [0])
    let note =
      "1 completed trial left out of the front, since what inferences take was not measured: 1; measure with "
      + "`wattle search … --resume`"
    #expect(full.unmeasuredNote(for: objectives) == note)
    #expect(full.frontText(front).hasSuffix("\nnote: \(note)\n"))
    #expect(full.unmeasuredNote() == nil, "no objective of the configuration needs it")

    let none = try run(measured: [], failure: "the worker died")
    let text = none.frontText(none.front(objectives: objectives))
    #expect(
      text
        == "No completed trial has a figure for every objective, so there is no front.\nnote: 2 completed trials left "
        + "out of the front, since what inferences take was not measured (the worker died): 0, 1; measure with "
        + "`wattle search … --resume`\n")
    #expect(try run(measured: [0, 1]).unmeasuredNote(for: objectives) == nil)
  }

  @Test(
    "θ is T over what the forward passes alone would have taken, by the measured I at the training's batch")
  func overhead() throws {
    let run = try run()
    // I at batch 32 = 1600 / 1600 = 1 J; θ = 800 / (2 · 100 · 1) = 4.
    #expect(run.trainingOverhead(of: run.trials[0]) == 4)
    #expect(run.trainingOverhead(of: run.trials[2]) == 4)
    #expect(run.trainingOverhead(of: run.trials[1]) == nil)
  }

  @Test("a child has the energy of its ancestors in T, and not in θ or in what is modelled of its epochs")
  func ancestors() throws {
    let (plain, child) = (try run(measured: [0, 1]), try run(measured: [0, 1], inherits: true))
    #expect(child.trials[1].wholeEnergy(among: child.trials)?.energy.joules == 2400)
    // θ = 1600 / (2 · 100 · 1).
    #expect(plain.trainingOverhead(of: plain.trials[1]) == 8)
    #expect(child.trainingOverhead(of: child.trials[1]) == 8)
    let (unmeasured, heir) = (try run(), try run(inherits: true))
    #expect(
      heir.inferenceEnergy(of: heir.trials[1]) == unmeasured.inferenceEnergy(of: unmeasured.trials[1]))
    let words = child.text(ofTrial: 1)
    #expect(words.contains("weights of trial"))
    #expect(words.contains("with its ancestors") && words.contains("2400 J [1200–4800]"), "\(words)")
    #expect(!plain.text(ofTrial: 1).contains("ancestors"))
  }

  @Test("I is that at batch 1 where it was measured, else that of the model; a duplicate has its original's")
  func columns() throws {
    let run = try run()
    let table = run.trialsTable
    func column(_ name: String) -> [String] {
      table.columns.firstIndex(of: name).map { index in table.rows.map { $0[index] } } ?? []
    }
    // 2000 / 400 = 5 J, half and twice of it, where the model has 1.4 · 800 J · 1/4 / (2 · 100) = 1.4 J. Of the other it has
    // 1.4 · 1600 J · 1/4 / (2 · 100) = 2.8 J, so that it is 5 / 1.4 times as much, 10 J, from 5 J / 1.75 to 20 J · 1.75.
    func numbers(_ name: String) -> [Double] { column(name).compactMap { Double($0) } }
    #expect(zip(numbers("inference_energy_j"), [5, 10, 5]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(numbers("inference_energy_low_j"), [2.5, 5 / 1.75, 2.5]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(numbers("inference_energy_high_j"), [10, 35, 10]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(column("inference_tier") == ["attributed", "modelled", "attributed"])
    #expect(column("inference_method") == ["window", "operations", "window"])
    #expect(column("theta") == ["4.0", "", "4.0"])
    #expect(
      table.columns.suffix(29) == [
        "cumulative_ct_kwh", "inference_energy_low_j", "inference_energy_high_j", "inference_tier",
        "inference_method", "theta", "co2eq_low_g", "co2eq_high_g", "cumulative_ct_low_kwh",
        "cumulative_ct_high_kwh", "quoted_energy_kwh", "quoted_energy_low_kwh", "quoted_energy_high_kwh",
        "continues", "inherits", "epoch_limit", "whole_training_energy_kwh", "repeats", "repeat_count",
        "mean_validation_accuracy", "validation_accuracy_low", "validation_accuracy_high",
        "mean_validation_loss", "mean_training_energy_kwh", "attempts", "lost_energy_kwh", "latency_s",
        "batch_latency_s", "failure",
      ])
  }

  @Test("I by the model alone has what a single sample takes more, and a band from half to 2.5 times as much")
  func model() throws {
    // 1.4 · 800 J · 1/4 / (2 · 100) = 1.4 J without the seconds of CPU; with 1 ms of them the training's 800 kW, which take
    // 0.1 µs for the call and 0.08 µs for its single layer: 0.144 J more.
    let plain = try #require(try run(measured: []).inferenceEnergy(of: run(measured: []).trials[0]))
    #expect(abs(plain.energy.joules - 1.4) < 1e-12)
    #expect(abs(plain.low.joules - 1.4 / 2 * 0.5) < 1e-12 && abs(plain.high.joules - 1.4 * 2 * 2.5) < 1e-12)
    let brief = try run(measured: [], cpuSeconds: 1e-3)
    let reading = try #require(brief.inferenceEnergy(of: brief.trials[0]))
    #expect(abs(reading.energy.joules - (1.4 + 800 / 1e-3 * 0.18e-6)) < 1e-12)
    #expect(reading.provenance.tier == .modelled)
  }

  @Test("a trial in words has both windows and θ, or says that I is of the model")
  func words() throws {
    let run = try run()
    let measured = run.text(ofTrial: 0)
    for part in [
      "5.00 J [2.50–10.0] attributed: RAPL, at batch 1: 400 in 0.250 s",
      "1.00 J [0.500–2.00] attributed: RAPL, at batch 32: 1,600 in 0.250 s",
      "4.00 = T / (E · D · I), I at batch 32",
    ] {
      #expect(measured.contains(part), "\(part) is not in:\n\(measured)")
    }
    let modelled = run.text(ofTrial: 1)
    #expect(
      modelled.contains(
        "10.0 J [2.86–35.0] modelled: RAPL, by the operations of trial 1, corrected by the measured"))
    #expect(!modelled.contains("θ"))
  }

  @Test("a life cycle takes the measured I and says for whom it is modelled")
  func lifeCycle() throws {
    func report(_ run: RunRecord) throws -> LifeCycleReport {
      let pue = UncertainValue(exactly: 1)
      return LifeCycleReport(
        run: run,
        lives: try FrontLifeCycles(
          of: run, front: run.front().members, inferences: 100, powerUsageEffectiveness: pue),
        inferences: 100, powerUsageEffectiveness: pue,
        places: [CarbonPlace(try CarbonIntensity(region: "FR"))])
    }
    let mixed = try report(run())
    // By rank trial 1, modelled at 10 J, then trial 0, measured at 5 J.
    #expect(
      mixed.lives.members.map(\.life.inference.energy.joules).map { ($0 * 1e9).rounded() / 1e9 } == [10, 5])
    #expect(mixed.lives.members.map(\.inferenceMethod) == [.operations, .window])
    #expect(mixed.text.contains("I of trial 1 is modelled") && mixed.text.contains("the others was measured"))
    // CT 2,400 J + T 800 J + 5 J · 100.
    #expect(mixed.lives.members[1].life.total.energy.joules == 3700)
    #expect(mixed.lives.members[1].life.total.provenance.tier == .attributed)
    let measured = try report(run(measured: [0, 1]))
    #expect(measured.text.contains("I was measured at batch 1") && !measured.text.contains("is modelled"))
    #expect(try report(run(measured: [])).text.contains("I is modelled"))
  }
}
