import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("The operations of a trial")
  struct CountedWorkTests {
    /// A machine where a FLOP takes a nanojoule and nothing else takes anything while it is counted.
    private func makeExecutor() throws -> LocalExecutor {
      let samples = (1...4).map {
        CalibrationSample(
          workload: "\($0)", cpuSeconds: 1, operations: OperationCount(flops: 1e9 * Double($0), bytes: 0),
          joules: Double($0))
      }
      var profile = try EnergyProfile(
        samples: samples, host: HostDescription(),
        source: EnergyProvenance(
          source: "perf", domains: ["package-0", "dram-0"], tier: .measured, detail: ""),
        blasCore: "", date: "2026-01-31T12:00:00Z", programVersion: "0.1.0")
      profile.model = FittedModel(busyWatts: 0, joulesPerFlop: 1e-9, joulesPerByte: 0)
      let model = PowerModel(processor: HostDescription().processor, reservedCPUs: 1, profile: profile)
      return try LocalExecutor(
        LocalExecutor.Configuration(
          workers: 1, processors: [], blasCore: nil, setup: digits, executable: wattlePath),
        meter: EnergyMeter(source: model), log: quietLog)
    }

    /// The digits: 1,797 samples.
    private func parts() throws -> PreparedData {
      try PreparedData(
        digits.dataset.load(), split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2),
        seed: digits.seed)
    }

    @Test("are all samples of all epochs and the evaluations of validation and test part, trial by trial")
    func counts() throws {
      let executor = try makeExecutor()
      let data = try parts()
      for (trial, epochs) in [2, 5].enumerated() {
        let candidate = digitsCandidate(epochs: epochs)
        let costs = try candidate.architecture.costs()
        let flops =
          epochs * data.training.count * costs.trainingFlopsPerSample
          + (data.validation.count + data.test.count) * costs.forwardFlopsPerSample
        let joules = try executor.train(trial, candidate).energy.energy.joules
        // What the worker does between two bookings on either side of the trial is not counted.
        #expect(abs(joules / (Double(flops) * 1e-9) - 1) < 0.01, "\(joules) J for \(flops) FLOPs")
      }
      let books = executor.finish()
      #expect(books.metered.provenance.source == "fitted-model")
    }

    @Test("count the validation part after every epoch where training may stop early")
    func countsEarlyStopping() throws {
      let data = try parts()
      var candidate = digitsCandidate(epochs: 3)
      candidate.training.patience = 100
      let costs = try candidate.architecture.costs()
      let flops =
        3 * data.training.count * costs.trainingFlopsPerSample
        + (3 * data.validation.count + data.test.count) * costs.forwardFlopsPerSample
      let joules = try makeExecutor().train(0, candidate).energy.energy.joules
      #expect(abs(joules / (Double(flops) * 1e-9) - 1) < 0.01)
    }

    @Test("are those of the job alone where a training goes on from a checkpoint")
    func countsJobs() throws {
      let executor = try makeExecutor()
      let data = try parts()
      let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).checkpoint"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let candidate = digitsCandidate(epochs: 5)
      let costs = try candidate.architecture.costs()
      for job in [
        TrialJob(trial: 0, candidate: candidate, untilEpoch: 2, checkpointPath: path),
        TrialJob(trial: 0, candidate: candidate, resumesFrom: path),
      ] {
        let epochs = job.untilEpoch ?? 5 - 2
        let flops =
          epochs * data.training.count * costs.trainingFlopsPerSample
          + (data.validation.count + data.test.count) * costs.forwardFlopsPerSample
        let joules = try executor.train(job).energy.energy.joules
        #expect(abs(joules / (Double(flops) * 1e-9) - 1) < 0.01, "\(joules) J for \(flops) FLOPs")
      }
    }

    @Test("are told while a long training runs, and count for one that diverges")
    func countsUnfinished() throws {
      let executor = try makeExecutor()
      let data = try parts()
      let wild = digitsCandidate(units: 32, learningRate: 1e6)
      let costs = try wild.architecture.costs()
      let oneEpoch = Double(data.training.count * costs.trainingFlopsPerSample) * 1e-9
      let completion = try executor.train(0, wild)
      #expect(completion.failure != nil)
      #expect(completion.energy.energy.joules > 0.99 * oneEpoch)

      try executor.waitForFreeSlots(1)
      try executor.start(TrialJob(trial: 1, candidate: digitsCandidate(epochs: 1_000_000)))
      let deadline = Date().addingTimeInterval(20)
      while executor.books().running.energy.joules < oneEpoch, Date() < deadline {
        _ = try executor.waitForCompletions(timeoutSeconds: 0.2)
      }
      #expect(executor.books().running.energy.joules > oneEpoch)
      #expect(executor.finish().imbalance(with: [completion]) < 1e-9)
    }
  }
}
