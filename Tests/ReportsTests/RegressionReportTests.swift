import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Reports
import SearchSpaces
import Studies
import Testing
import Training

@Suite("Reports of a regression")
struct RegressionReportTests {
  /// A run of trials with the given outcomes, without a ledger; the n-th trial took n + 1 joules.
  private func run(
    objectives: String, task: LearningTask, outcomes: [TrainingOutcome?]
  ) throws -> RunRecord {
    let yaml = """
      name: reports
      dataset: {name: friedman}
      architecture: [dense: {units: classes}]
      training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 5}
      objectives: \(objectives)
      """
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "reports.yaml")
    let space = try configuration.searchSpace(sampleShape: [3], task: task)
    let assignment = Assignment(values: [:])
    let candidate = try space.candidate(for: assignment)
    let provenance = EnergyProvenance(source: "test", domains: [], tier: .modelled, detail: "test")
    let trials = try outcomes.enumerated().map { number, outcome in
      let energy = Energy(joules: Double(number + 1))
      return Trial(
        number: number, strategy: "random", state: outcome == nil ? .failed : .completed, seed: 1,
        hash: candidate.canonicalHash, assignment: assignment, candidate: candidate,
        costs: try candidate.architecture.costs(), outcome: outcome,
        energy: EnergyReading(energy: energy, low: energy, high: energy, provenance: provenance),
        wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1, duplicateOf: nil,
        failure: outcome == nil ? "diverged" : nil)
    }
    return RunRecord(
      folder: RunFolder(path: "run"), configuration: configuration, space: space, programVersion: "test",
      trials: trials, carbonIntensity: try CarbonIntensity(region: "World"), trainingCount: 60,
      validationCount: 20)
  }

  private func outcome(rmse: Double, r2: Double) -> TrainingOutcome {
    TrainingOutcome(
      epochs: 5, steps: 10, trainingLoss: 0.5, validation: Evaluation(loss: 1 - r2, rmse: rmse, r2: r2),
      test: Evaluation(loss: 1 - r2, rmse: rmse + 1, r2: r2 - 0.1))
  }

  /// The fields of a column of a CSV text without quotes.
  private func column(_ name: String, of text: String) throws -> [String] {
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let index = try #require(rows.first?.firstIndex(of: name))
    return rows.dropFirst().map { $0[index] }
  }

  @Test("trials.csv of a regression has its columns before the failure and no accuracies")
  func columns() throws {
    let run = try run(
      objectives: "[{maximize: r2}, {minimize: training-energy}]", task: .regression,
      outcomes: [outcome(rmse: 4, r2: 0.5), nil, outcome(rmse: 2, r2: 0.9)])
    let text = run.trialsTable.text
    #expect(
      text.split(separator: "\n").first?.hasSuffix(
        ",accuracy_per_kwh,cumulative_ct_kwh,validation_rmse,test_rmse,validation_r2,test_r2,"
          + "inference_energy_low_j,inference_energy_high_j,inference_tier,inference_method,theta,"
          + "co2eq_low_g,co2eq_high_g,cumulative_ct_low_kwh,cumulative_ct_high_kwh,"
          + "quoted_energy_kwh,quoted_energy_low_kwh,quoted_energy_high_kwh,continues,inherits,epoch_limit,whole_training_energy_kwh,"
          + "repeats,repeat_count,mean_validation_accuracy,validation_accuracy_low,validation_accuracy_high,"
          + "mean_validation_loss,mean_training_energy_kwh,mean_validation_rmse,mean_validation_r2,attempts,lost_energy_kwh,"
          + "latency_s,batch_latency_s,failure"
      )
        == true
    )
    #expect(try column("validation_rmse", of: text) == ["4.0", "", "2.0"])
    #expect(try column("test_rmse", of: text) == ["5.0", "", "3.0"])
    #expect(try column("validation_r2", of: text) == ["0.5", "", "0.9"])
    #expect(try column("test_r2", of: text) == ["0.4", "", "0.8"])
    #expect(try column("failure", of: text) == ["", "diverged", ""])
    for name in ["validation_accuracy", "test_accuracy", "accuracy_per_kwh"] {
      #expect(try column(name, of: text) == ["", "", ""])
    }
    let front = run.front()
    #expect(try column("validation_r2", of: run.frontTable(front).text) == ["0.9", "0.5"])
    #expect(front.reference[0] == 1)
    #expect(front.hypervolume > 0)
    #expect(run.frontText(front).contains("validation R²"))
    #expect(run.text(ofTrial: 2).contains("validation RMSE"))
  }

  @Test("trials.csv of a classification has the columns that it had")
  func classification() throws {
    let outcome = TrainingOutcome(
      epochs: 5, steps: 10, trainingLoss: 0.5, validationLoss: 0.4, validationAccuracy: 0.9, testAccuracy: 0.8
    )
    let run = try run(
      objectives: "[{maximize: accuracy}]", task: .classification(classes: 3), outcomes: [outcome])
    let text = run.trialsTable.text
    #expect(
      text.split(separator: "\n").first?.hasSuffix(
        ",cumulative_ct_kwh,inference_energy_low_j,inference_energy_high_j,inference_tier,inference_method,theta,"
          + "co2eq_low_g,co2eq_high_g,cumulative_ct_low_kwh,cumulative_ct_high_kwh,"
          + "quoted_energy_kwh,quoted_energy_low_kwh,quoted_energy_high_kwh,continues,inherits,epoch_limit,whole_training_energy_kwh,"
          + "repeats,repeat_count,mean_validation_accuracy,validation_accuracy_low,validation_accuracy_high,"
          + "mean_validation_loss,mean_training_energy_kwh,attempts,lost_energy_kwh,"
          + "latency_s,batch_latency_s,failure"
      ) == true)
    #expect(!text.contains("rmse"))
    #expect(try column("validation_accuracy", of: text) == ["0.9"])
  }

  @Test("The best trial is that of the first objective")
  func best() throws {
    let outcomes = [
      outcome(rmse: 4, r2: 0.5), outcome(rmse: 2, r2: 0.9), outcome(rmse: 2, r2: 0.9), nil,
      outcome(rmse: 9, r2: -3),
    ]
    for (objectives, expected) in [
      ("[{maximize: r2}]", 1), ("[{minimize: rmse}, {minimize: training-energy}]", 1),
      ("[{minimize: training-energy}, {minimize: rmse}]", 0),
    ] {
      let run = try run(objectives: objectives, task: .regression, outcomes: outcomes)
      #expect(run.best?.number == expected)
      #expect(run.mostAccurate?.number == 1)
      let summary = try RunSummary(run, front: run.front(), ending: nil).json()
      #expect(summary.contains("\"validation_r2\""))
      #expect(!summary.contains("accuracy"))
    }
    let none = try run(objectives: "[{maximize: r2}]", task: .regression, outcomes: [nil])
    #expect(none.best == nil)
    #expect(!(try RunSummary(none, front: none.front(), ending: nil).json()).contains("\"best\""))
  }

  @Test("Searches of a regression are compared at R²")
  func comparison() throws {
    let runs = try [("random", 0.8), ("evolutionary", 0.9)].map { strategy, r2 in
      (
        strategy: strategy, seed: UInt64(1),
        run: try run(
          objectives: "[{maximize: r2}]", task: .regression,
          outcomes: [outcome(rmse: 4, r2: 0.5), outcome(rmse: 2, r2: r2)])
      )
    }
    let comparison = Comparison(runs: runs, target: nil)
    #expect(comparison.target == .quality(0.8))
    #expect(comparison.entries.map(\.best) == [0.8, 0.9])
    #expect(comparison.entries.map { $0.toTarget?.trials } == [2, 2])
    #expect(try column("best_validation_r2", of: comparison.table.text) == ["0.8", "0.9"])
    #expect(comparison.text.contains("Target: validation R² 0.8000"))
  }
}
