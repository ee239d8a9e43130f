import EnergyMetering
import Foundation
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("The local executor and faults of its workers")
  struct WorkerFaultTests {
    private let endless = digitsCandidate(epochs: 1_000_000)

    /// Starts an endless training and does something to its worker.
    private func disturb(
      limits: WorkerLimits = WorkerLimits(), _ disturbance: (pid_t) -> Void
    ) throws -> TrialCompletion {
      let executor = try makeExecutor(limits: limits)
      try executor.waitForFreeSlots(1)
      try executor.start(TrialJob(trial: 0, candidate: endless))
      _ = try executor.waitForCompletions(timeoutSeconds: 0.2)
      for pid in children() { disturbance(pid) }
      let completion = try executor.waitForCompletion()
      // The worker is replaced, and the books are in order.
      let next = try executor.train(1, digitsCandidate())
      #expect(next.outcome != nil)
      #expect(completion.energy.energy > .zero)
      #expect(executor.finish().imbalance(with: [completion, next]) < 1e-9)
      return completion
    }

    @Test(
      "a worker that crashes is a fault with the signal's name",
      arguments: [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGKILL, SIGTERM])
    func crash(signal: Int32) throws {
      let completion = try disturb { kill($0, signal) }
      #expect(completion.isFault)
      #expect(
        completion.failure?.hasPrefix(
          "the worker was ended by signal \(signal) (\(String(cString: strsignal(signal)))") == true,
        "\(completion.failure ?? "")")
    }

    @Test("a worker that does nothing any more is ended, and it is a fault")
    func hang() throws {
      let completion = try disturb(limits: WorkerLimits(silentSeconds: 1)) { kill($0, SIGSTOP) }
      #expect(completion.isFault)
      #expect(
        completion.failure == "the worker hung: it neither computed nor said anything for 1 s",
        "\(completion.failure ?? "")")
    }

    @Test("a worker that is killed before it is ready is replaced, but not for ever")
    func killedInPreparation() throws {
      let folder = try TemporaryFolder()
      let mark = folder.path + "/mark"
      let once = try makeExecutor(
        script: "if mkdir \(mark); then kill -9 $$; fi 2> /dev/null; read r; \(ready); read j; read x")
      try once.waitForFreeSlots(1)
      let always = try makeExecutor(script: "kill -9 $$")
      let error = #expect(throws: WorkerUnusableError.self) { try always.waitForFreeSlots(1) }
      #expect(error?.reason.hasPrefix("the worker was ended by signal 9") == true)
    }

    @Test("while the study itself is stopped, no worker's time runs")
    func stoppedStudy() throws {
      let executor = try makeExecutor(limits: WorkerLimits(trainingSeconds: 60, silentSeconds: 2))
      try executor.waitForFreeSlots(1)
      try executor.start(TrialJob(trial: 0, candidate: digitsCandidate(epochs: 400)))
      for pid in children() { kill(pid, SIGSTOP) }
      _ = try executor.waitForCompletions(timeoutSeconds: 0.1)
      Thread.sleep(forTimeInterval: 3)
      for pid in children() { kill(pid, SIGCONT) }
      #expect(try executor.waitForCompletion().outcome != nil)
    }

    @Test("a worker that is busy and finishes no step is ended, and it is a fault")
    func busy() throws {
      let executor = try LocalExecutor(
        LocalExecutor.Configuration(
          workers: 1, processors: [], blasCore: nil, setup: digits, executable: "/bin/sh",
          arguments: ["-c", "read r; \(ready); read j; while :; do :; done"],
          limits: WorkerLimits(stepSeconds: 1)), meter: makeMeter(), log: quietLog)
      let completion = try executor.train(0, digitsCandidate())
      #expect(completion.isFault && completion.failure == "the worker hung: it finished no step in 1 s")
      #expect(executor.finish().imbalance(with: [completion]) < 1e-9)
    }

    @Test("a training that takes longer than it may is ended, and would do so again")
    func timeLimit() throws {
      let completion = try disturb(limits: WorkerLimits(trainingSeconds: 1)) { _ in }
      #expect(!completion.isFault)
      #expect(
        completion.failure == "the training took longer than the limit of 1 s (execution: time-limit)",
        "\(completion.failure ?? "")")
    }

    @Test("the time that earlier attempts took counts")
    func earlierTime() throws {
      let executor = try makeExecutor(limits: WorkerLimits(trainingSeconds: 1000))
      try executor.waitForFreeSlots(1)
      var job = TrialJob(trial: 0, candidate: endless)
      job.earlierSeconds = 999.8
      try executor.start(job)
      #expect(try executor.waitForCompletion().failure?.contains("longer than the limit of 1000 s") == true)
    }

    @Test("the time of attempts that a training could not go on from does not count")
    func lostTime() throws {
      let folder = try TemporaryFolder()
      let executor = try makeExecutor(limits: WorkerLimits(trainingSeconds: 3))
      try executor.waitForFreeSlots(1)
      var job = TrialJob(trial: 0, candidate: endless)
      job.earlierSeconds = 2
      job.interim = InterimCheckpoints(
        prefix: folder.path + "/trial-0.epoch-", seconds: 0.05, resumesFrom: folder.path + "/none")
      try executor.start(job)
      let completion = try executor.waitForCompletion()
      #expect(completion.failure?.contains("longer than the limit of 3 s") == true)
      #expect(completion.wallSeconds > 2.9)
      #expect(try #require(executor.takeCheckpoints().last).wallSeconds <= completion.wallSeconds)
    }

    @Test("counts of inferences that no machine can do end the measuring, and the worker")
    func impossibleInferences() throws {
      let count = #"{"inferred":{"trial":0,"count":{"inferences":9223372036854775807,"seconds":0.001}}}"#
      let isReady = #"{"inferenceReady":{"trial":0,"trainingBatch":32}}"#
      let executor = try makeExecutor(
        script:
          "read r; \(ready); read j; echo '\(isReady)'; read t; echo '\(count)'; echo '\(count)'; read x")
      let completion = try executor.measure(0, digitsCandidate())
      #expect(
        completion.cutOffBy?.hasPrefix("the worker wrote a line that is no message: {\"inferred") == true)
      #expect(executor.finish().imbalance(with: []) < 1e-9)
    }

    @Test("a training that takes more memory than it may is ended, and would do so again")
    func memoryLimit() throws {
      let executor = try makeExecutor(limits: WorkerLimits(memoryBytes: 200 << 20))
      // Four vectors of 25 million numbers.
      let large = digitsCandidate(units: 330_000, optimizer: .adam(), epochs: 1000)
      let completion = try executor.train(0, large)
      #expect(!completion.isFault)
      #expect(
        completion.failure?.wholeMatch(
          of:
            /the worker took .* [MG]iB of memory, more than the limit of 200 MiB \(execution: memory-limit\)/)
          != nil, "\(completion.failure ?? "")")
      let next = try executor.train(1, digitsCandidate())
      #expect(next.outcome != nil)
      #expect(executor.finish().imbalance(with: [completion, next]) < 1e-9)
    }

    @Test(
      "a worker that writes what cannot be true is ended, and it is a fault",
      arguments: [
        "nonsense", #"{"trained":{}}"#, #"{"checkpointed":{"trial":0,"epoch":-1}}"#,
        // The training has two epochs, and nobody asked for a pause or whether it is ready.
        #"{"checkpointed":{"trial":0,"epoch":1000000000}}"#, #"{"paused":{"trial":0,"epoch":1}}"#,
        #"{"ready":{"_0":{"blasCore":"x","blasConfiguration":"y"}}}"#,
        #"{"trained":{"trial":0,"outcome":{"epochs":3,"steps":9,"trainingLoss":1,"validationLoss":1,"#
          + #""validationAccuracy":1,"testAccuracy":1}}}"#,
        #"{"trained":{"trial":0,"outcome":{"epochs":2,"steps":9,"trainingLoss":1,"validationLoss":1,"#
          + #""validationAccuracy":2,"testAccuracy":1}}}"#,
        #"{"trained":{"trial":0,"outcome":{"epochs":0,"steps":9,"trainingLoss":1,"validationLoss":1,"#
          + #""validationAccuracy":1,"testAccuracy":1}}}"#,
      ])
    func garbage(line: String) throws {
      let executor = try makeExecutor(script: "read r; \(ready); read j; echo '\(line)'; read x; read y")
      let completion = try executor.train(0, digitsCandidate())
      #expect(completion.isFault)
      #expect(
        completion.failure?.hasPrefix("the worker wrote a line that is no message: \(line.prefix(9))")
          == true,
        "\(completion.failure ?? "")")
      #expect(executor.finish().imbalance(with: [completion]) < 1e-9)
    }
  }

  @Suite("A training under way")
  struct InterimCheckpointTests {
    private let folder: TemporaryFolder
    private var candidate: Candidate {
      var candidate = digitsCandidate(optimizer: .adam(), learningRate: 0.01, epochs: 60)
      candidate.architecture.layers.insert(.dropout(rate: 0.2), at: 2)
      candidate.training.schedule = .cosine
      return candidate
    }

    init() throws { folder = try TemporaryFolder() }

    private func interim(seconds: Double, resumesFrom: String? = nil) -> InterimCheckpoints {
      InterimCheckpoints(prefix: folder.path + "/trial-4.epoch-", seconds: seconds, resumesFrom: resumesFrom)
    }

    /// The training in one go.
    private func whole() throws -> TrainingOutcome? {
      try makeExecutor().train(TrialJob(trial: 4, candidate: candidate)).outcome
    }

    @Test("writes checkpoints, from each of which another worker goes on to the same outcome")
    func checkpoints() throws {
      let executor = try makeExecutor()
      let first = try executor.train(
        TrialJob(trial: 4, candidate: candidate, interim: interim(seconds: 0)))
      let whole = try whole()
      #expect(whole != nil && first.outcome == whole)
      let reports = executor.takeCheckpoints()
      // After all epochs but the last.
      #expect(reports.map(\.path) == (1..<60).map { folder.path + "/trial-4.epoch-\($0).checkpoint" })
      #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.energy.energy <= $1.energy.energy })
      #expect(try #require(reports.last).energy.energy <= first.energy.energy)
      for report in [reports[0], reports[30]] {
        let second = try makeExecutor().train(
          TrialJob(
            trial: 4, candidate: candidate, interim: interim(seconds: 1000, resumesFrom: report.path)))
        #expect(second.outcome == whole && second.lostCheckpoint == nil)
      }
    }

    @Test("pauses when it is asked to, and goes on as if it had not")
    func pauses() throws {
      let executor = try makeExecutor()
      try executor.waitForFreeSlots(1)
      var long = candidate
      long.training.epochs = 4000
      try executor.start(TrialJob(trial: 4, candidate: long, interim: interim(seconds: 1000)))
      // It is heard at the end of an epoch.
      executor.pause()
      let paused = try executor.waitForCompletion()
      guard case .paused = paused.result else {
        Issue.record("expected a pause, got \(paused.result)")
        return
      }
      let report = try #require(executor.takeCheckpoints().last)
      #expect(report.energy.energy > .zero && report.energy.energy <= paused.energy.energy)
      #expect(executor.finish().imbalance(with: [paused]) < 1e-9)
      let resumed = try makeExecutor().train(
        TrialJob(trial: 4, candidate: long, interim: interim(seconds: 1000, resumesFrom: report.path)))
      #expect(resumed.outcome != nil)
      #expect(try resumed.outcome == makeExecutor().train(TrialJob(trial: 4, candidate: long)).outcome)
    }

    @Test("goes on also where it could not inherit what it was to begin with")
    func withoutInheritance() throws {
      var job = TrialJob(trial: 4, candidate: candidate, beginsAnew: true)
      (job.inheritsFrom, job.inheritedEpochs) = (folder.path + "/none", 10)
      job.interim = interim(seconds: 0)
      let executor = try makeExecutor()
      let first = try executor.train(job)
      #expect(try first.outcome == whole() && first.restart != nil)
      // Behind the epochs that an heir has.
      job.interim = interim(seconds: 1000, resumesFrom: try #require(executor.takeCheckpoints().last).path)
      let second = try makeExecutor().train(job)
      #expect(second.outcome == first.outcome && second.lostCheckpoint == nil)
      #expect(second.restart != nil && second.cpuSeconds < first.cpuSeconds)
    }

    @Test("goes on to its end where there is no place for a checkpoint")
    func cannotPause() throws {
      let executor = try makeExecutor()
      try executor.waitForFreeSlots(1)
      var job = TrialJob(trial: 4, candidate: candidate, interim: interim(seconds: 0))
      job.interim?.prefix = folder.path + "/none/trial-4.epoch-"
      try executor.start(job)
      executor.pause()
      #expect(try executor.waitForCompletion().outcome == whole())
      #expect(executor.takeCheckpoints().isEmpty)
    }

    @Test(
      "begins anew, and says why, where its checkpoint is of no use",
      arguments: ["none", "damaged", "foreign"])
    func lost(kind: String) throws {
      let path = folder.path + "/trial-4.epoch-1.checkpoint"
      if kind == "damaged" { try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path)) }
      if kind == "foreign" {
        _ = try makeExecutor().train(
          TrialJob(trial: 5, candidate: candidate, untilEpoch: 1, checkpointPath: path))
      }
      let completion = try makeExecutor().train(
        TrialJob(trial: 4, candidate: candidate, interim: interim(seconds: 1000, resumesFrom: path)))
      #expect(try completion.outcome == whole())
      let reason = try #require(completion.lostCheckpoint)
      #expect(reason.hasPrefix(path + ": ") && !reason.contains("\n"), "\(reason)")
    }

    @Test("does not count what lost attempts took against the limit of time")
    func lostSeconds() throws {
      var job = TrialJob(
        trial: 4, candidate: candidate,
        interim: interim(seconds: 1000, resumesFrom: folder.path + "/trial-4.epoch-1.checkpoint"))
      // Longer than what would be left.
      job.candidate.training.epochs = 10_000
      job.earlierSeconds = 1e5 - 0.4
      let completion = try makeExecutor(limits: WorkerLimits(trainingSeconds: 1e5)).train(job)
      #expect(completion.outcome != nil && completion.wallSeconds > 0.4, "\(completion.failure ?? "")")
    }
  }
}
