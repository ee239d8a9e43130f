import EnergyMetering
import Foundation
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("A study on a cluster whose process died")
  struct SlurmResumeTests {
    /// Submits trainings and dies.
    private func die(_ slurm: FakeSlurm, _ trials: Int..., epochs: Int = 2) throws {
      let executor = try slurm.executor()
      for trial in trials { try executor.train(trial, epochs: epochs) }
      _ = try executor.waitForCompletions(timeoutSeconds: 0)
    }

    @Test("finds its tasks again, those that ended and those that run, and hands none out twice")
    func found() throws {
      let slurm = try FakeSlurm()
      try die(slurm, 0, 1)
      #expect(eventually { slurm.results.count { $0.hasSuffix(".result") } == 2 })
      slurm.setRunsTasks(false)
      try die(slurm, 2)
      let executor = try slurm.executor()
      #expect(executor.runningCount == 0)
      try executor.train(0, 1, 2)
      #expect(executor.runningCount == 3)
      let completions = try executor.waitForEnds(2)
      #expect(completions.map(\.trial) == [0, 1])
      #expect(completions.allSatisfy { $0.outcome != nil })
      #expect(slurm.calls(of: "sbatch").count == 2)
      #expect(executor.runningCount == 1)
      let books = try executor.finish()
      #expect(books.imbalance(with: completions) < 1e-9)
    }

    @Test("hands out anew where another training is wanted, and gives the old task up")
    func changed() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      try die(slurm, 0)
      slurm.setRunsTasks(true)
      let executor = try slurm.executor()
      try executor.train(0, epochs: 3)
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.outcome?.epochs == 3)
      #expect(slurm.tasks.count == 2)
      _ = try executor.wait(for: "the old task to be cancelled") { _ in
        slurm.state(slurm.tasks[0]) == "CANCELLED"
      }
    }

    @Test("books what is in the journal already no second time, and takes no result twice")
    func bookedOnce() throws {
      let slurm = try FakeSlurm()
      let first = try slurm.executor()
      try first.train(0)
      _ = try first.waitForEnds(1)
      let recorded = first.books()
      #expect(recorded.taskRuns.count == 1)
      // The journal has it, and then the process dies: the files are still there.
      let folder = try TemporaryFolder()
      let journal = try folder.createJournal()
      try journal.note(recorded, session: journal.beginSession(host: "{}"))
      let booked = try folder.openJournal().taskRuns()
      #expect(booked.map(\.key) == recorded.taskRuns.map(\.name))
      #expect(booked.map(\.value) == recorded.taskRuns.map(\.energy))
      #expect(!slurm.results.isEmpty)
      let second = try slurm.executor(booked: booked, endedTrials: [0])
      _ = try second.waitForCompletions(timeoutSeconds: 0.2)
      let books = try second.finish()
      #expect(books.taskRuns.isEmpty)
      #expect(books.imbalance(with: []) < 1e-9)
      #expect(slurm.results.isEmpty)
    }

    @Test("the late result of a task that was given up is booked and does not count")
    func late() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(0)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let task = try #require(slurm.tasks.first)
      // The journal says that the trial has ended, by another task.
      slurm.set(task, "RUNNING")
      let next = try slurm.executor(endedTrials: [0])
      #expect(next.runningCount == 0)
      let batch = task.dropLast(2)
      let environment = "SLURM_ARRAY_TASK_ID=0 SLURMD_NODENAME=late"
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        "-c",
        "\(environment) exec '\(wattlePath)' worker --batch '\(slurm.run.path)/slurm/batches/\(batch).json'",
      ]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(try next.waitForCompletions(timeoutSeconds: 0.3).isEmpty)
      let books = try next.finish()
      #expect(books.running.energy > .zero)
      #expect(books.imbalance(with: []) < 1e-9)
    }

    @Test(
      "a task that is started again after it has left its result does nothing, and a stray run is booked in the end"
    )
    func startedAgain() throws {
      let slurm = try FakeSlurm()
      try die(slurm, 0)
      #expect(eventually { slurm.results.count { $0.hasSuffix(".result") } == 1 })
      let task = try #require(slurm.tasks.first)
      func startAgain() throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: wattlePath)
        process.arguments = ["worker", "--batch", "\(slurm.run.path)/slurm/batches/\(task.dropLast(2)).json"]
        process.environment = ProcessInfo.processInfo.environment.merging(["SLURM_ARRAY_TASK_ID": "0"]) { $1 }
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
      }
      let before = slurm.results
      #expect(try startAgain() == 0)
      #expect(slurm.results == before)

      // The node was cut off and is back: what it trained in vain has no place any more.
      let executor = try slurm.executor()
      try executor.train(0)
      let completion = try #require(try executor.waitForEnds(1).first)
      let report = try String(
        contentsOfFile: slurm.run.path + "/slurm/results/" + before[0], encoding: .utf8)
      executor.booksWereRecorded()
      try slurm.leave(report, for: task, start: "2")
      let books = try executor.finish()
      #expect(abs(books.running.energy.joules / completion.energy.energy.joules - 1) < 1e-9)
      #expect(books.imbalance(with: [completion]) < 1e-9)
    }

    @Test("what was taken back at Ctrl-C is no trial that someone cancelled, and is handed out again")
    func withdrawn() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(0, 1)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let begun = slurm.tasks[1]
      slurm.set(begun, "RUNNING")
      _ = try executor.wait(for: "two answers") { _ in slurm.calls(of: "squeue").count > 2 }
      try executor.pause()
      // In one call, and only what waits.
      #expect(slurm.calls(of: "scancel") == ["--state=PENDING --quiet 101_0"])
      _ = try executor.wait(for: "the waiting task to be gone") { completions in
        #expect(completions.isEmpty)
        return executor.runningCount == 1
      }
      #expect(slurm.state(begun) == "RUNNING")

      slurm.setRunsTasks(true)
      let next = try slurm.executor()
      try next.train(0)
      let completion = try #require(try next.waitForEnds(1).first)
      #expect(completion.outcome != nil)
      #expect(slurm.tasks.count == 3)
    }

    @Test("at the second Ctrl-C all tasks are cancelled in one call, and what they took is booked")
    func abandoned() throws {
      let slurm = try FakeSlurm()
      let executor = try slurm.executor()
      try executor.train(0, 1, epochs: 100_000)
      _ = try executor.wait(for: "both to run") { _ in
        slurm.results.count { $0.hasSuffix(".progress") } == 2
      }
      usleep(400_000)
      let books = try executor.finish()
      #expect(slurm.calls(of: "scancel") == ["--quiet 101_0 101_1"])
      #expect(executor.runningCount == 0)
      #expect(books.running.energy > .zero)
      #expect(books.imbalance(with: []) < 1e-9)
      #expect(eventually { slurm.tasks.allSatisfy { slurm.state($0) == "CANCELLED" } })
    }

    private func eventually(_ condition: () -> Bool) -> Bool {
      let end = Date().addingTimeInterval(60)
      while !condition() {
        guard Date() < end else { return false }
        usleep(10_000)
      }
      return true
    }
  }
}
