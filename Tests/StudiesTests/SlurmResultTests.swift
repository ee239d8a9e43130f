import EnergyMetering
import Foundation
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("Results of tasks on a cluster")
  struct SlurmResultTests {
    /// A whole report of a training, as text.
    static func report(
      joules: String = "2", trained: String = "1", overhead: String = "1",
      state: String? = nil, node: String = "node1"
    ) -> String {
      func reading(_ amount: String) -> String {
        #"{"energy":\#(amount),"low":\#(amount),"high":\#(amount),"provenance":{"source":"power-model","domains":[],"tier":"modelled","detail":""}}"#
      }
      let outcome =
        #"{"epochs":2,"steps":4,"trainingLoss":1,"validationLoss":1,"validationAccuracy":0.5,"testAccuracy":0.5}"#
      let training =
        #"{"trained":{"_0":{"outcome":\#(outcome),"energy":\#(reading(trained)),"wallSeconds":1,"cpuSeconds":1}}}"#
      let processor =
        #"{"vendor":"","family":1,"model":1,"stepping":1,"modelName":"","flags":[],"isVirtual":false,"hasSiblings":false}"#
      let host =
        #"{"processor":\#(processor),"recognition":"","logicalProcessors":1,"availableProcessors":1,"physicalCores":1,"memoryBytes":1,"kernelRelease":""}"#
      return
        #"{"purpose":{"trial":3,"isTraining":true},"node":"\#(node)","restarts":0,"host":{"programVersion":"0.1.0","host":\#(host),"energy":{"chosen":"power-model","sources":[]},"workers":1},"books":{"overhead":\#(reading(overhead)),"strategy":\#(reading("0")),"idle":\#(reading("0")),"running":\#(reading("0")),"measuring":\#(reading("0")),"metered":\#(reading(joules))},"state":\#(state ?? training)}"#
    }

    private func submitted(_ slurm: FakeSlurm, _ executor: SlurmExecutor) throws -> String {
      try executor.train(3)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      return try #require(slurm.tasks.first)
    }

    @Test("are taken in as they are")
    func whole() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try slurm.leave(Self.report(), for: submitted(slurm, executor))
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.outcome?.validationAccuracy == 0.5)
      #expect(completion.energy.energy.joules == 1)
      #expect(try executor.finish().imbalance(with: [completion]) < 1e-9)
    }

    @Test(
      "that cannot be true fail their trial with the cause, and nothing else",
      arguments: [
        ("", "expected a report in JSON"), ("[1, 2", "expected a report in JSON"),
        (String(report().dropLast(9)), "expected a report in JSON"),
        (report(joules: "-2", trained: "-3"), "an energy in it cannot be true"),
        (report(joules: "1e300", trained: "1e300"), "an energy in it cannot be true"),
        (report(joules: "3"), "its energy accounts add up to 2.0 J, and its meter says 3.0 J"),
        // The journal would have 6e19 J of each of two such reports, and be taken for damaged.
        (
          report(joules: "6e19", trained: "6e19", overhead: "0"),
          "an energy in it cannot be true: expected at most 10000000000000.0 J, found 6e+19"
        ),
        (String(repeating: " ", count: (1 << 20) + 1), "larger than 1048576 bytes"),
        (
          report(
            joules: "1", state: #"{"measured":{"_0":{"failure":"no","isCutOff":false}}}"#),
          "it is that of another task"
        ),
        (
          report().replacingOccurrences(of: #""trial":3"#, with: #""trial":4"#), "it is that of another task"
        ),
        (
          report().replacingOccurrences(of: #""epochs":2"#, with: #""epochs":-1"#),
          "its outcome cannot be true: epochs"
        ),
        (
          report().replacingOccurrences(of: #""epochs":2"#, with: #""epochs":100000"#),
          "its outcome cannot be true: epochs: expected 1 to 2, found 100000"
        ),
        (
          report().replacingOccurrences(of: #""validationAccuracy":0.5"#, with: #""validationAccuracy":7"#),
          "its outcome cannot be true"
        ),
      ])
    func garbage(text: String, cause: String) throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try slurm.leave(text, for: submitted(slurm, executor))
      let completion = try #require(try executor.waitForEnds(1).first)
      let failure = try #require(completion.failure)
      #expect(failure.hasPrefix("the result of its task cannot be used: ") && failure.contains(cause))
      slurm.setRunsTasks(true)
      try executor.train(4)
      #expect(try executor.waitForEnds(1).first?.outcome != nil)
    }

    @Test("of more epochs than the task was to train are not taken")
    func epochLimit() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.start(TrialJob(trial: 3, candidate: digitsCandidate(epochs: 5), untilEpoch: 1))
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      try slurm.leave(Self.report(), for: try #require(slurm.tasks.first))
      let failure = try executor.waitForEnds(1).first?.failure
      #expect(failure?.hasSuffix("its outcome cannot be true: epochs: expected 1 to 1, found 2") == true)
    }

    @Test("that are no regular files are not waited on for ever")
    func pipe() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      let task = try submitted(slurm, executor)
      mkfifo(slurm.run.path + "/slurm/results/\(task).1.result", 0o600)
      #expect(try executor.waitForEnds(1).first?.failure?.contains("not a regular file") == true)
    }

    @Test("that cannot be read yet are read a moment later")
    func readableLater() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor(grace: 3600)
      let task = try submitted(slurm, executor)
      let path = slurm.run.path + "/slurm/results/\(task).1.result"
      mkdir(path, 0o700)
      #expect(try executor.waitForCompletions(timeoutSeconds: 0.2).isEmpty)
      #expect(executor.runningCount == 1)
      rmdir(path)
      try slurm.leave(Self.report(), for: task)
      #expect(try executor.waitForEnds(1).first?.outcome?.validationAccuracy == 0.5)
    }

    @Test("lead to no file outside the folder of the nodes, whatever a node calls itself")
    func hostileNode() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try slurm.leave(Self.report(node: "../../node;rm"), for: submitted(slurm, executor))
      _ = try executor.waitForEnds(1)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: slurm.run.path + "/nodes") == [
          "node.._.._node_rm.json"
        ])
    }

    @Test("what a task took that its node took with it is booked to trainings that were cut off")
    func lostEnergy() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      let task = try submitted(slurm, executor)
      slurm.set(task, "RUNNING")
      // It was requeued once: two runs have left their books.
      let running = Self.report(joules: "1", state: #"{"running":{}}"#)
      try slurm.leave(running, for: task, as: "progress", start: "1")
      try slurm.leave(running, for: task, as: "progress", start: "2")
      slurm.setRunsTasks(true)
      slurm.set(task, "NODE_FAIL")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(messages.all.first?.contains("after at least 2.00 J; it is handed out again") == true)
      let books = try executor.finish()
      #expect(books.overhead.energy.joules >= 2)
      #expect(books.taskRuns.count == 3)
      #expect(books.imbalance(with: [completion]) < 1e-9)
    }

    @Test("the energy of a training that ran into the scheduler's time limit is its trial's")
    func timedOut() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      let task = try submitted(slurm, executor)
      let text = Self.report(joules: "8", state: #"{"running":{}}"#)
      // 1 J of overhead, 7 J of the training.
      let zero = #""running":{"energy":0,"low":0,"high":0"#
      try slurm.leave(
        text.replacingOccurrences(of: zero, with: #""running":{"energy":7,"low":7,"high":7"#), for: task,
        as: "progress")
      slurm.set(task, "TIMEOUT")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.failure?.contains("time limit") == true)
      #expect(completion.energy.energy.joules == 7)
      let books = try executor.finish()
      #expect(books.running.energy == .zero)
      #expect(books.imbalance(with: [completion]) < 1e-9)
    }
  }
}
