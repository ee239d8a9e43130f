import EnergyMetering
import Foundation
import NeuralNetworks
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("A training in several jobs")
  struct PausedTrainingTests {
    private let folder = NSTemporaryDirectory() + "wattle-paused-\(UUID().uuidString)"

    init() throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func run(_ job: TrialJob) throws -> TrialCompletion {
      let executor = try makeExecutor()
      defer { _ = executor.finish() }
      return try executor.train(job)
    }

    private var candidate: Candidate {
      var candidate = digitsCandidate(optimizer: .adam(), learningRate: 0.01, epochs: 5)
      candidate.architecture.layers.insert(.dropout(rate: 0.2), at: 2)
      candidate.training.augmentation.shift = 1
      candidate.training.schedule = .cosine
      return candidate
    }

    @Test(
      "paused after two of five epochs and resumed by another worker has the outcome and weights of one job")
    func resumes() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let checkpoint = folder + "/trial-4.checkpoint"
      let whole = try run(
        TrialJob(trial: 4, candidate: candidate, weightsPath: folder + "/whole.safetensors"))
      let first = try run(
        TrialJob(trial: 4, candidate: candidate, untilEpoch: 2, checkpointPath: checkpoint))
      #expect(first.outcome?.epochs == 2)
      #expect(first.outcome?.validationAccuracy != nil)
      #expect(first.outcome?.testAccuracy != nil)
      let second = try run(
        TrialJob(
          trial: 4, candidate: candidate, weightsPath: folder + "/resumed.safetensors",
          resumesFrom: checkpoint))
      #expect(second.outcome != nil)
      #expect(second.outcome == whole.outcome)
      let manager = FileManager.default
      #expect(
        manager.contentsEqual(
          atPath: folder + "/whole.safetensors", andPath: folder + "/resumed.safetensors"))
      // Nothing but these: no drafts.
      #expect(try manager.contentsOfDirectory(atPath: folder).count == 3)
    }

    @Test("that cannot go on fails the trial with the cause in one line, and the worker trains on")
    func unusable() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let executor = try makeExecutor()
      defer { _ = executor.finish() }
      let checkpoint = folder + "/trial-1.checkpoint"
      #expect(
        try executor.train(
          TrialJob(trial: 1, candidate: candidate, untilEpoch: 1, checkpointPath: checkpoint)
        ).outcome != nil)
      let foreign = try executor.train(TrialJob(trial: 2, candidate: candidate, resumesFrom: checkpoint))
      #expect(
        foreign.failure
          == "\(checkpoint): checkpoint: expected the trial 2, got 1; take the checkpoint of this training")
      try Data("not a checkpoint".utf8).write(to: URL(fileURLWithPath: checkpoint))
      for job in [
        TrialJob(trial: 1, candidate: candidate, resumesFrom: checkpoint),
        TrialJob(trial: 1, candidate: candidate, resumesFrom: folder + "/none"),
        TrialJob(trial: 1, candidate: candidate, inheritsFrom: checkpoint),
        TrialJob(trial: 1, candidate: candidate, inheritsFrom: folder + "/none"),
        TrialJob(trial: 1, candidate: candidate, untilEpoch: 0),
      ] {
        let failure = try #require(try executor.train(job).failure)
        #expect(!failure.contains("\n"))
        if let path = job.resumesFrom ?? job.inheritsFrom {
          #expect(failure.hasPrefix("\(path): "))
        } else {
          #expect(failure == "until epoch: expected a positive integer, got 0")
        }
      }
      #expect(try executor.train(3, candidate).outcome != nil)
    }

    @Test("begins anew where it may and its checkpoint is of no use, and says why")
    func beginsAnew() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let executor = try makeExecutor()
      defer { _ = executor.finish() }
      let checkpoint = folder + "/trial-2.checkpoint"
      let streams = TrialJob.Streams(seed: .max, trial: 2)
      let whole = try executor.train(TrialJob(trial: 2, candidate: candidate, untilEpoch: 3))
      #expect(whole.restart == nil)
      try Data("not a checkpoint".utf8).write(to: URL(fileURLWithPath: checkpoint))
      for path in [checkpoint, folder + "/none"] {
        let job = TrialJob(
          trial: 9, candidate: candidate, streams: streams, untilEpoch: 3, resumesFrom: path, beginsAnew: true
        )
        let anew = try executor.train(job)
        #expect(anew.outcome == whole.outcome && anew.outcome != nil)
        #expect(try #require(anew.restart).hasPrefix("\(path): "))
      }
    }

    @Test(
      "begins better with its parent's weights, from a file of weights or a checkpoint, also with more units")
    func inherits() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let parent = digitsCandidate(units: 24, epochs: 6)
      let (weights, checkpoint) = (folder + "/parent.safetensors", folder + "/parent.checkpoint")
      _ = try run(
        TrialJob(trial: 0, candidate: parent, weightsPath: weights, checkpointPath: checkpoint))
      let child = digitsCandidate(units: 32, epochs: 1)
      let orphan = try #require(try run(TrialJob(trial: 1, candidate: child)).outcome)
      let heir = try #require(
        try run(TrialJob(trial: 1, candidate: child, inheritsFrom: weights)).outcome)
      #expect(heir.trainingLoss < orphan.trainingLoss / 2)
      // With neither early stopping nor epochs left the two files have the same weights.
      #expect(try run(TrialJob(trial: 1, candidate: child, inheritsFrom: checkpoint)).outcome == heir)
    }

    @Test("has fewer epochs with inherited weights, and all of them where there is nothing to inherit")
    func inheritsOrNot() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let weights = folder + "/parent.safetensors"
      _ = try run(TrialJob(trial: 0, candidate: candidate, weightsPath: weights))
      func job(_ path: String) -> TrialJob {
        TrialJob(
          trial: 1, candidate: candidate, weightsPath: folder + "/child.safetensors", beginsAnew: true,
          inheritsFrom: path, inheritedEpochs: 2)
      }
      let heir = try run(job(weights))
      #expect(heir.outcome?.epochs == 2 && heir.restart == nil)
      // The schedule is that of a candidate of two epochs.
      var short = candidate
      short.training.epochs = 2
      #expect(
        try run(TrialJob(trial: 1, candidate: short, inheritsFrom: weights)).outcome == heir.outcome)
      let whole = try run(TrialJob(trial: 1, candidate: candidate))
      try Data("no weights".utf8).write(to: URL(fileURLWithPath: folder + "/damaged"))
      for path in [folder + "/none", folder + "/damaged"] {
        let orphan = try run(job(path))
        #expect(orphan.outcome == whole.outcome && orphan.outcome?.epochs == 5)
        #expect(try #require(orphan.restart).hasPrefix("\(path): "))
      }
    }

    @Test("is asked for by messages of before there were checkpoints too")
    func oldMessages() throws {
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let candidate = String(decoding: try JSONEncoder().encode(candidate), as: UTF8.self)
      let job = try JSONDecoder().decode(
        TrialJob.self, from: Data(#"{"trial":3,"candidate":\#(candidate)}"#.utf8))
      #expect(job.trial == 3)
      #expect(job.untilEpoch == nil && job.checkpointPath == nil)
      #expect(job.resumesFrom == nil && job.inheritsFrom == nil)
    }
  }
}
