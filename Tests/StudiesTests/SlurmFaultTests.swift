import EnergyMetering
import Foundation
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("Tasks on a cluster that outlive what is known of them")
  struct SlurmFaultTests {
    private static let silence = "error: Unable to contact slurm controller (connect failure)"

    /// A report of trial 3's training under way: 1 J of overhead and what the training took so far.
    private func running(joules: Double, state: String = "running") -> String {
      SlurmResultTests.report(joules: "\(joules + 1)", state: #"{"\#(state)":{}}"#).replacingOccurrences(
        of: #""running":{"energy":0,"low":0,"high":0"#,
        with: #""running":{"energy":\#(joules),"low":\#(joules),"high":\#(joules)"#)
    }

    /// Hands out trial 3, whose task then runs.
    private func submitted(_ slurm: FakeSlurm, _ executor: SlurmExecutor) throws -> String {
      try executor.train(3)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let task = try #require(slurm.tasks.first)
      slurm.set(task, "RUNNING")
      return task
    }

    @Test(
      "what the second Ctrl-C could not cancel is left for the next session, which cancels and books it",
      arguments: [false, true])
    func notCancelled(hasReport: Bool) throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      let task = try submitted(slurm, executor)
      if hasReport { try slurm.leave(running(joules: 4), for: task, as: "progress") }
      slurm.fail("scancel", saying: Self.silence)
      let books = try executor.finish()
      executor.booksWereRecorded()
      #expect(executor.runningCount == 0)
      #expect(books.taskRuns.isEmpty)
      #expect(slurm.state(task) == "RUNNING")
      #expect(slurm.batches == [String(task.dropLast(2))])
      #expect(slurm.results.count == (hasReport ? 1 : 0))
      #expect(
        messages.all.last
          == "a task could not be cancelled and may run on; cancel and book all with --resume, or at least: scancel 101"
      )

      slurm.mend("scancel")
      slurm.setRunsTasks(true)
      let next = try slurm.executor(farewell: 0)
      try next.train(3)
      let completion = try #require(try next.waitForEnds(1).first)
      _ = try next.wait(for: "the old task to be cancelled") { _ in slurm.state(task) == "CANCELLED" }
      let later = try next.finish()
      #expect(later.running.energy.joules == (hasReport ? 4 : 0))
      #expect(later.imbalance(with: [completion]) < 1e-9)
      next.booksWereRecorded()
      #expect(slurm.batches.isEmpty)
    }

    @Test("a task whose number is not known at the second Ctrl-C is left for the next session")
    func notNamed() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      slurm.loseAnswers(true)
      slurm.fail("squeue", saying: Self.silence)
      try executor.train(0)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      _ = try executor.finish()
      executor.booksWereRecorded()
      #expect(slurm.calls(of: "scancel").isEmpty)
      #expect(slurm.batches.count == 1)
      slurm.mend("squeue")
      let next = try slurm.executor()
      _ = try next.wait(for: "the task to be cancelled") { _ in
        slurm.state(slurm.tasks[0]) == "CANCELLED"
      }
    }

    @Test("an sbatch that is killed has not refused: what it submitted is found and waited for")
    func killedSubmission() throws {
      let slurm = try FakeSlurm()
      slurm.killSubmissions(true)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      try executor.train(0)
      #expect(try executor.waitForEnds(1).first?.outcome != nil)
      #expect(slurm.tasks.count == 1)
      #expect(messages.all.first?.hasSuffix("did not answer: signal 9 ended it") == true, "\(messages.all)")
    }

    @Test("a folder of results that is removed is made again")
    func removedResults() throws {
      let slurm = try FakeSlurm()
      let executor = try slurm.executor(grace: 10)
      try executor.train(0, epochs: 3_000)
      _ = try executor.wait(for: "a report") { _ in !slurm.results.isEmpty }
      try FileManager.default.removeItem(atPath: slurm.run.path + "/slurm/results")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.outcome != nil && slurm.tasks.count == 1, "\(completion.failure ?? "")")
    }

    @Test("numbers in the run's folder that the scheduler does not confirm are not cancelled")
    func foreignNumbers() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      _ = try submitted(slurm, try slurm.executor())
      let batch = try #require(slurm.batches.first)
      let folder = slurm.run.path + "/slurm/batches/"
      let text = try String(contentsOfFile: folder + batch + ".json", encoding: .utf8)
      let strange = "wattle-0123456789abcdef"
      try text.replacingOccurrences(of: batch, with: strange).write(
        toFile: folder + strange + ".json", atomically: true, encoding: .utf8)
      for path in [".json", ".job"] { unlink(folder + batch + path) }
      try "101".write(toFile: folder + strange + ".job", atomically: true, encoding: .utf8)
      _ = try slurm.executor().finish()
      #expect(slurm.calls(of: "scancel").allSatisfy { !$0.contains("101") })
      #expect(slurm.state(slurm.tasks[0]) == "RUNNING")
    }

    @Test("a number that the accounting has for another job is not the task's")
    func numberOfAnother() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      slurm.set(try submitted(slurm, try slurm.executor()), "GONE")
      slurm.setAccounts("101_0|RUNNING|node3|", name: "interactive")
      let next = try slurm.executor(endedTrials: [3])
      _ = try next.wait(for: "some answers") { _ in slurm.calls(of: "squeue").count > 8 }
      _ = try next.finish()
      #expect(!slurm.calls(of: "sacct").isEmpty)
      #expect(slurm.calls(of: "scancel").isEmpty)
      next.booksWereRecorded()
      #expect(slurm.batches.isEmpty)
    }

    @Test("a task that was taken back and has its result had begun, and counts")
    func takenBackTooLate() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let dead = try slurm.executor(slowestQuestion: 3600)
      let task = try submitted(slurm, dead)
      try dead.pause()
      let batches = slurm.run.path + "/slurm/batches"
      let marks = try FileManager.default.contentsOfDirectory(atPath: batches).filter {
        $0.hasSuffix(".withdrawn")
      }
      #expect(marks.count == 1)
      try slurm.leave(SlurmResultTests.report(), for: task)
      slurm.set(task, "COMPLETED")
      let next = try slurm.executor()
      try next.train(3)
      #expect(try next.waitForEnds(1).first?.outcome != nil)
      #expect(slurm.tasks == [task])
    }

    @Test("a task that vanished before it was asked for is handed out anew")
    func goneBeforeAsked() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      slurm.set(try submitted(slurm, try slurm.executor()), "GONE")
      let next = try slurm.executor(grace: 0.05)
      _ = try next.wait(for: "some answers") { _ in slurm.calls(of: "squeue").count > 12 }
      try next.train(3)
      _ = try next.wait(for: "another task") { _ in slurm.tasks.count == 2 }
      try slurm.leave(SlurmResultTests.report(), for: slurm.tasks[1])
      #expect(try next.waitForEnds(1).first?.outcome != nil)
    }

    @Test("what a process that died had no time for among the batches is removed, and nothing else")
    func remains() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      _ = try submitted(slurm, try slurm.executor())
      let batches = slurm.run.path + "/slurm/batches"
      func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: batches)) }
      let before = try names()
      let other = "wattle-0123456789abcdef"
      for name in [".wattle-\(UUID().uuidString)", other + ".job", other + ".withdrawn", "notes.job"] {
        try "1".write(toFile: "\(batches)/\(name)", atomically: true, encoding: .utf8)
      }
      _ = try slurm.executor()
      #expect(try names() == before.union(["notes.job"]))
    }

    @Test("Ctrl-C before anything is asked for leaves what runs, and cancels what waits")
    func pausedAtOnce() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let dead = try slurm.executor()
      try dead.train(3, 4)
      _ = try dead.waitForCompletions(timeoutSeconds: 0.01)
      let tasks = slurm.tasks
      slurm.set(tasks[0], "RUNNING")
      let messages = Messages()
      let stopped = try slurm.executor(log: messages.log)
      try stopped.pause()
      #expect(stopped.runningCount == 0)
      let books = try stopped.finish()
      stopped.booksWereRecorded()
      #expect(books.taskRuns.isEmpty)
      #expect(slurm.state(tasks[0]) == "RUNNING")
      #expect(slurm.state(tasks[1]) == "CANCELLED")
      #expect(
        messages.all == ["a task of an earlier session may run on; --resume takes in what comes of that"])
      try slurm.leave(SlurmResultTests.report(), for: tasks[0])
      slurm.set(tasks[0], "COMPLETED")
      let next = try slurm.executor()
      try next.train(3, 4)
      let completion = try #require(try next.waitForEnds(1).first)
      #expect(completion.trial == 3 && completion.outcome != nil)
      #expect(slurm.tasks.count == 3)
    }

    @Test("a result that comes while all is cancelled is left for the next session")
    func resultAtTheEnd() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      let task = try submitted(slurm, executor)
      _ = try executor.wait(for: "two answers") { _ in slurm.calls(of: "squeue").count > 2 }
      try slurm.leave(SlurmResultTests.report(), for: task)
      let books = try executor.finish()
      executor.booksWereRecorded()
      #expect(books.taskRuns.isEmpty && slurm.results.count == 1)
      slurm.set(task, "COMPLETED")
      let next = try slurm.executor()
      try next.train(3)
      let completion = try #require(try next.waitForEnds(1).first)
      #expect(completion.outcome != nil && slurm.tasks == [task])
      #expect(next.books().imbalance(with: [completion]) < 1e-9)
    }

    @Test("a result of a task that was taken back has its time to appear")
    func lateResult() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor(grace: 3600)
      let task = try submitted(slurm, executor)
      try executor.pause()
      slurm.set(task, "COMPLETED")
      _ = try executor.wait(for: "some answers") { _ in slurm.calls(of: "squeue").count > 8 }
      #expect(executor.runningCount == 1)
      try slurm.leave(SlurmResultTests.report(), for: task)
      #expect(try executor.waitForEnds(1).first?.outcome != nil)
    }

    @Test("a node on which nothing works fails its trials, and ends no search whose other tasks work")
    func badNode() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(3, 5)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      slurm.set(slurm.tasks[0], "RUNNING")
      try slurm.leave(running(joules: 1), for: slurm.tasks[0], as: "progress")
      for count in 2...5 {
        _ = try executor.wait(for: "hand-out \(count - 1)") { _ in slurm.tasks.count == count }
        slurm.set(slurm.tasks[count - 1], "FAILED")
      }
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.trial == 5 && completion.failure?.hasPrefix("its task was lost 4 times") == true)
      #expect(executor.runningCount == 1 && slurm.state(slurm.tasks[0]) == "RUNNING")
    }

    @Test("tasks of a search that cannot go on are cancelled")
    func cannotGoOn() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(4, 5)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let other = slurm.tasks[0]
      slurm.set(other, "RUNNING")
      for count in 2...5 {
        _ = try executor.wait(for: "hand-out \(count - 1)") { _ in slurm.tasks.count == count }
        slurm.set(slurm.tasks[count - 1], "FAILED")
      }
      #expect(throws: WorkerUnusableError.self) {
        while true { _ = try executor.waitForEnds(1) }
      }
      #expect(slurm.state(other) == "CANCELLED")
    }

    @Test("another run of a task that has its result is cancelled, and all that it takes is booked")
    func secondRun() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      let task = try submitted(slurm, executor)
      // The network was split: Slurm started the task again, and both runs live.
      try slurm.leave(running(joules: 1), for: task, as: "progress", start: "b")
      try slurm.leave(SlurmResultTests.report(), for: task, start: "a")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.outcome != nil)
      _ = executor.books()
      executor.booksWereRecorded()
      _ = try executor.wait(for: "the other run to be cancelled") { _ in slurm.state(task) == "CANCELLED" }
      try slurm.leave(running(joules: 8, state: "terminated"), for: task, as: "progress", start: "b")
      let books = try executor.finish()
      #expect(books.running.energy.joules == 8)
      #expect(books.imbalance(with: [completion]) < 1e-9)
      executor.booksWereRecorded()
      #expect(slurm.results.isEmpty && slurm.batches.isEmpty)
    }

    @Test("what a run took after it was booked is booked by the next session")
    func afterBooking() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let task = "wattle-0123456789abcdef-0"
      let first = try slurm.executor()
      try slurm.leave(running(joules: 1), for: task, as: "progress")
      let booked = try first.finish().taskRuns
      #expect(booked.map(\.energy.energy.joules) == [2])
      try slurm.leave(running(joules: 8), for: task, as: "progress")
      let second = try slurm.executor(
        booked: Dictionary(uniqueKeysWithValues: booked.map { ($0.name, $0.energy) }))
      let books = try second.finish()
      #expect(books.running.energy.joules == 7)
      #expect(books.taskRuns.map(\.energy.energy.joules) == [9])
      #expect(books.imbalance(with: []) < 1e-9)
    }

    @Test("an array that was found and that the scheduler does not have is never submitted")
    func foundAndUnknown() throws {
      let slurm = try FakeSlurm()
      slurm.fail("sbatch", saying: Self.silence)
      let dead = try slurm.executor()
      try dead.train(0, 1)
      _ = try dead.waitForCompletions(timeoutSeconds: 0)
      slurm.mend("sbatch")
      let found = try #require(slurm.batches.first)

      let executor = try slurm.executor()
      try executor.train(0)
      #expect(try executor.waitForEnds(1).first?.outcome != nil)
      // The first call is the one that got no answer.
      #expect(slurm.calls(of: "sbatch").count == 2)
      let tasks = slurm.tasks
      #expect(tasks.count == 3 && !tasks[2].hasPrefix(found) && tasks[2].hasSuffix("-0"))
      #expect(!slurm.batches.contains(found))
    }

    @Test("a batch with a number that none can have is passed over", arguments: [Int.max, 0, -1])
    func batchNumber(number: Int) throws {
      let slurm = try FakeSlurm(runsTasks: false)
      _ = try submitted(slurm, try slurm.executor())
      let path = slurm.run.path + "/slurm/batches/\(try #require(slurm.batches.first)).json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let changed = text.replacing(/"number":1\b/, with: #""number":\#(number)"#)
      #expect(changed != text)
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      #expect(messages.all == ["\(path): cannot be read; the tasks of this batch are passed over"])
      try executor.train(3)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      #expect(slurm.tasks.count == 2)
    }

    @Test("a table of tasks that is no file is neither read nor written")
    func pipeForTable() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let folder = slurm.run.path + "/slurm"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      mkfifo(folder + "/tasks.csv", 0o600)
      let executor = try slurm.executor()
      try slurm.leave(SlurmResultTests.report(), for: submitted(slurm, executor))
      _ = try executor.waitForEnds(1)
      executor.booksWereRecorded()
      #expect(slurm.results.isEmpty)
    }

    @Test("the user's own filters and default cluster do not hide the tasks")
    func environment() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor(
        grace: 0.05,
        variables: [
          "SQUEUE_PARTITION": "gpu", "SCANCEL_STATE": "SUSPENDED", "SBATCH_CLUSTERS": "far",
        ])
      let task = try submitted(slurm, executor)
      _ = try executor.wait(for: "some answers") { _ in slurm.calls(of: "squeue").count > 5 }
      #expect(executor.runningCount == 1)
      #expect(slurm.tasks.count == 1)
      _ = try executor.finish()
      #expect(slurm.state(task) == "CANCELLED")
      #expect(slurm.calls(of: "squeue").allSatisfy { $0.contains("--all ") })
      for program in ["sbatch", "squeue", "scancel"] {
        #expect(slurm.calls(of: program).allSatisfy { $0.hasPrefix("--clusters=far ") }, "\(program)")
      }
    }

    @Test("a task that waits for the accounting has not vanished")
    func waitingForAccounts() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      slurm.setAccounts("101_[0,2-5%2]|PENDING||")
      let executor = try slurm.executor(grace: 0.05)
      slurm.set(try submitted(slurm, executor), "GONE")
      _ = try executor.wait(for: "some answers") { _ in slurm.calls(of: "sacct").count > 5 }
      #expect(executor.runningCount == 1)
      #expect(slurm.tasks.count == 1)
    }

    @Test("an accounting that does not answer once is asked again")
    func silentAccounts() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      slurm.setAccounts("101_0|TIMEOUT|node3|0")
      slurm.fail("sacct", saying: "sacct: error: Problem talking to the database: Connection refused")
      let executor = try slurm.executor(grace: 3600)
      slurm.set(try submitted(slurm, executor), "GONE")
      _ = try executor.wait(for: "two questions") { _ in slurm.calls(of: "sacct").count > 1 }
      slurm.mend("sacct")
      let failure = try executor.waitForEnds(1).first?.failure
      #expect(failure?.hasPrefix("its task reached the scheduler's time limit") == true)
    }

    @Test("thousands of arrays are asked for in several calls")
    func manyArrays() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      _ = try submitted(slurm, executor)
      _ = try executor.wait(for: "its own question") { _ in !slurm.calls(of: "squeue").isEmpty }
      let batch = try #require(slurm.batches.first)
      let folder = slurm.run.path + "/slurm/batches/"
      let text = try String(contentsOfFile: folder + batch + ".json", encoding: .utf8)
      for number in 0..<4_000 {
        let digits = String(number, radix: 16)
        let name = "wattle-" + String(repeating: "0", count: 16 - digits.count) + digits
        try text.replacingOccurrences(of: batch, with: name).write(
          toFile: folder + name + ".json", atomically: false, encoding: .utf8)
      }
      let before = slurm.calls(of: "squeue").count
      let next = try slurm.executor()
      _ = try next.wait(for: "both calls") { _ in slurm.calls(of: "squeue").count >= before + 2 }
      let asked = slurm.calls(of: "squeue")[before..<(before + 2)].map {
        $0.matches(of: /wattle-[0-9a-f]{16}/).count
      }
      #expect(asked == [4_000, 1])
    }

    @Test("what is lost after Ctrl-C is left for the next session")
    func lostWhilePaused() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      let task = try submitted(slurm, executor)
      _ = try executor.wait(for: "two answers") { _ in slurm.calls(of: "squeue").count > 2 }
      try executor.pause()
      #expect(executor.runningCount == 1)
      slurm.set(task, "NODE_FAIL")
      let completions = try executor.wait(for: "the loss") { _ in executor.runningCount == 0 }
      #expect(completions.isEmpty)
      #expect(slurm.tasks.count == 1)
      #expect(
        messages.all == ["trial 3: its task was lost with its node on node7; --resume hands it out again"])
    }

    @Test("refusals of further arrays end no search while tasks of it run, and do so a while after")
    func manyRefusals() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(slowestQuestion: 0.01, log: messages.log)
      let task = try submitted(slurm, executor)
      slurm.fail(
        "sbatch", saying: "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy")
      try executor.train(4)
      _ = try executor.wait(for: "many refusals") { _ in slurm.calls(of: "sbatch").count > 15 }
      #expect(executor.runningCount == 2)
      #expect(messages.all.count == 1)
      slurm.set(task, "TIMEOUT")
      _ = try executor.waitForEnds(1)
      let before = slurm.calls(of: "sbatch").count
      #expect(throws: SchedulerRefusalError.self) { try executor.waitForEnds(1) }
      #expect(9...11 ~= slurm.calls(of: "sbatch").count - before)
    }
  }
}
