import EnergyMetering
import Foundation
import SearchSpaces
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("The Slurm executor")
  struct SlurmExecutorTests {
    @Test(
      "hands out all that was started as one array, trains as the local executor does, and its books close")
    func asLocal() throws {
      let local = try makeExecutor()
      let expected = try [0, 1].map { try local.train($0, digitsCandidate()).outcome }
      _ = local.finish()

      let slurm = try FakeSlurm()
      let executor = try slurm.executor(capacity: 4)
      #expect(executor.freeSlots == 4)
      try executor.train(0, 1)
      try executor.start(InferenceJob(trial: 2, candidate: digitsCandidate()))
      #expect(executor.freeSlots == 1)
      #expect(executor.runningCount == 3)
      #expect(slurm.calls(of: "sbatch").isEmpty)
      var measured: [InferenceCompletion] = []
      let completions = try executor.wait(for: "all tasks to end") { ended in
        measured += executor.takeMeasurements()
        return ended.count == 2 && measured.count == 1
      }.sorted { $0.trial < $1.trial }
      #expect(slurm.calls(of: "sbatch").count == 1)
      #expect(slurm.tasks.count == 3)

      #expect(completions.map(\.outcome) == expected)
      for completion in completions {
        #expect(completion.energy.energy > .zero)
        #expect(completion.energy.provenance.source == "power-model")
        #expect(completion.cpuSeconds > 0)
        #expect((completion.peakMemoryBytes ?? 0) > 1 << 20)
      }
      #expect(measured.first?.trial == 2)
      #expect(measured.first?.measurement != nil)
      #expect(executor.workerDescription?.blasCore.isEmpty == false)
      #expect(executor.freeSlots == 4)
      let books = try executor.finish()
      #expect(books.imbalance(with: completions) < 1e-9)
      #expect(books.measuring.energy > .zero)
      #expect(books.running.energy == .zero)
      #expect(books.taskRuns.count == 3)

      // Each node has its own description, and nothing else is left once the books are in the journal.
      let node = try String(contentsOfFile: slurm.run.path + "/nodes/node1.json", encoding: .utf8)
      #expect(node.contains("\"chosen\" : \"power-model\"") && node.contains("\"model_name\""))
      #expect(slurm.results.count == 3)
      executor.booksWereRecorded()
      #expect(slurm.results.isEmpty)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: slurm.run.path + "/slurm/batches").isEmpty)
    }

    @Test("asks for what the configuration says, as one argument a wish, and gives paths to no shell")
    func arguments() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let yaml = """
        name: test
        dataset: {name: digits}
        architecture: [dense: {units: classes}]
        training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 5}
        execution: {executor: slurm, partition: 'cpu,long', account: a-1, qos: high, constraint: 'epyc&rapl', time: '1-02:00:00',
          memory: 4G}
        """
      let section = try StudyConfiguration(yaml: yaml, fileName: "test.yaml").execution.cluster
      let executor = try slurm.executor(cluster: section)
      try executor.train(0)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let call = try #require(slurm.calls(of: "sbatch").first)
      for argument in [
        "--parsable", "--array=0-0", "--requeue", "--ntasks=1", "--cpus-per-task=1", "--partition=cpu,long",
        "--account=a-1", "--qos=high", "--constraint=epyc&rapl", "--time=1-02:00:00", "--mem=4G",
      ] {
        #expect(call.contains(argument + " "), "\(argument)")
      }
      let script = try String(contentsOfFile: slurm.run.path + "/slurm/task.sh", encoding: .utf8)
      #expect(script.hasSuffix("exec \"$1\" worker --batch \"$2\"\n"))
      #expect(!script.contains(slurm.run.path))
    }

    @Test("asks for all jobs in one call, and less and less often")
    func oneQuestion() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      for trial in 0..<4 {
        try executor.train(trial)
        _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      }
      #expect(slurm.calls(of: "sbatch").count == 4)
      _ = try executor.wait(for: "a question after the last submission") { _ in
        slurm.calls(of: "squeue").last?.matches(of: /wattle-[0-9a-f]{16}/).count == 4
      }
      let names = Set(slurm.tasks.map { $0.dropLast(2) })
      let asked = slurm.calls(of: "squeue").last?.firstMatch(of: /--name=(\S+)/)?.1.split(separator: ",")
      #expect(Set(asked ?? []) == names)
    }

    @Test("a task that is requeued is waited for, and not handed out again")
    func requeued() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(0)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let task = try #require(slurm.tasks.first)
      for state in ["RUNNING", "REQUEUED", "PENDING", "CONFIGURING", "SUSPENDED", "RUNNING", "COMPLETING"] {
        slurm.set(task, state)
        let asked = slurm.calls(of: "squeue").count
        _ = try executor.wait(for: "two answers in state \(state)") { _ in
          slurm.calls(of: "squeue").count > asked + 1
        }
      }
      #expect(executor.runningCount == 1)
      #expect(slurm.calls(of: "sbatch").count == 1)
    }

    @Test(
      "hands out again what the scheduler lost, and says why",
      arguments: [
        ("NODE_FAIL", "was lost with its node on node7"), ("BOOT_FAIL", "was lost with its node on node7"),
        ("PREEMPTED", "was pre-empted on node7"), ("COMPLETED", "ended without a result on node7"),
        ("GONE", "vanished from the scheduler without a result on node7"),
        ("FAILED", "failed on node7: no such nonsense"),
      ])
    func lost(state: String, words: String) throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      try executor.train(5)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let task = try #require(slurm.tasks.first)
      slurm.set(task, "RUNNING")
      _ = try executor.wait(for: "an answer") { _ in slurm.calls(of: "squeue").count > 2 }
      try "first line\nno such nonsense\n".write(
        toFile: slurm.run.path + "/slurm/logs/\(task).log", atomically: true, encoding: .utf8)
      slurm.setRunsTasks(true)
      slurm.set(task, state)
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.trial == 5)
      #expect(completion.outcome != nil)
      #expect(slurm.tasks.count == 2)
      #expect(messages.all == ["trial 5: its task \(words); it is handed out again"])
    }

    @Test(
      "fails a trial whose task the scheduler ended for a reason of the trial's, or that someone cancelled",
      arguments: [
        ("TIMEOUT", "its task reached the scheduler's time limit (execution: {time: …}) on node7"),
        (
          "OUT_OF_MEMORY",
          "its task ran out of the memory that the scheduler gave it (execution: {memory: …}) on node7"
        ),
        ("CANCELLED", "its task was cancelled by someone on node7"),
      ])
    func failed(state: String, cause: String) throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      try executor.train(5)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      slurm.set(try #require(slurm.tasks.first), state)
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.failure == cause)
      #expect(slurm.tasks.count == 1)
      #expect(try executor.finish().imbalance(with: [completion]) < 1e-9)
    }

    @Test("gives a trial up when its task is lost again and again, and the study where no task ever worked")
    func hopeless() throws {
      let slurm = try FakeSlurm()
      let executor = try slurm.executor(program: slurm.program("echo 'no such library' >&2; exit 127\n"))
      try executor.train(0)
      var failures: [String] = []
      let error = #expect(throws: WorkerUnusableError.self) {
        _ = try executor.wait(for: "the end") { completions in
          failures += completions.compactMap(\.failure)
          return false
        }
      }
      #expect(error?.reason.contains("no such library") == true)
      #expect(failures.allSatisfy { $0.contains("lost 4 times") })
      #expect(slurm.tasks.count == 4)
    }

    @Test("asks the accounting, where there is one, for what the scheduler has forgotten")
    func accounts() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      slurm.setAccounts("101_0|TIMEOUT|node3|0")
      let executor = try slurm.executor()
      try executor.train(5)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      slurm.set(try #require(slurm.tasks.first), "GONE")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.failure?.hasPrefix("its task reached the scheduler's time limit") == true)
      #expect(completion.failure?.hasSuffix(" on node3") == true)
      #expect(slurm.calls(of: "sacct").allSatisfy { $0.contains("--jobs=101_0") })
    }

    @Test(
      "a scheduler that does not answer is asked again, and what it did not take is handed out once it does")
    func silentScheduler() throws {
      let slurm = try FakeSlurm()
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      let silence = "error: Unable to contact slurm controller (connect failure)"
      slurm.fail("sbatch", saying: silence)
      slurm.fail("squeue", saying: silence)
      try executor.train(0)
      _ = try executor.wait(for: "some questions") { _ in slurm.calls(of: "squeue").count > 3 }
      slurm.mend("sbatch")
      slurm.mend("squeue")
      let completion = try #require(try executor.waitForEnds(1).first)
      #expect(completion.outcome != nil)
      // The same array under the same name: had the first one arrived, it would have been found.
      #expect(slurm.calls(of: "sbatch").count == 2)
      #expect(Set(slurm.tasks).count == 1)
      #expect(messages.all.count == 2)
      #expect(messages.all.first?.hasSuffix("sbatch: \(silence)") == true)
      #expect(messages.all.last == "the scheduler answers again")
    }

    @Test("a submission whose answer was lost is not repeated")
    func lostAnswer() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let executor = try slurm.executor()
      slurm.loseAnswers(true)
      try executor.train(0)
      _ = try executor.wait(for: "some questions") { _ in slurm.calls(of: "squeue").count > 5 }
      #expect(slurm.calls(of: "sbatch").count == 1)
      try executor.pause()
      #expect(slurm.calls(of: "scancel") == ["--state=PENDING --quiet 101_0"])
    }

    @Test("an array that is too large for the scheduler is halved until it fits")
    func smallArrays() throws {
      let slurm = try FakeSlurm()
      slurm.limitArrays(to: 2)
      let executor = try slurm.executor()
      try executor.train(0, 1, 2, 3)
      #expect(try executor.waitForEnds(4).count { $0.outcome != nil } == 4)
      let sizes = slurm.calls(of: "sbatch").compactMap { $0.firstMatch(of: /--array=0-(\d)/)?.1 }
      #expect(sizes == ["3", "1", "1"], "\(sizes)")
    }

    @Test("a scheduler that has enough for now is asked again later, and the study goes on with what it has")
    func enoughForNow() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      try executor.train(0)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      let refusal = "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy"
      slurm.fail("sbatch", saying: refusal)
      try executor.train(1)
      _ = try executor.wait(for: "two refusals") { _ in slurm.calls(of: "sbatch").count >= 3 }
      #expect(executor.runningCount == 2)
      #expect(
        messages.all.first == "the scheduler refuses a job array, and is asked again: sbatch: \(refusal)")
      slurm.mend("sbatch")
      slurm.setRunsTasks(true)
      #expect(try executor.waitForEnds(1).first?.trial == 1)
    }

    @Test("says once why tasks wait that time alone will not help")
    func waiting() throws {
      let slurm = try FakeSlurm(runsTasks: false)
      let messages = Messages()
      let executor = try slurm.executor(log: messages.log)
      try executor.train(0, 1)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.01)
      slurm.set(slurm.tasks[0], "PENDING", node: "|PartitionTimeLimit")
      slurm.set(slurm.tasks[1], "PENDING", node: "|Priority")
      let asked = slurm.calls(of: "squeue").count
      _ = try executor.wait(for: "two answers") { _ in slurm.calls(of: "squeue").count > asked + 2 }
      #expect(messages.all == ["trial 0: its task 101_0 waits, and may do so for ever: PartitionTimeLimit"])
    }

    @Test("ends with the scheduler's words where it refuses the first array")
    func refused() throws {
      let slurm = try FakeSlurm()
      let executor = try slurm.executor()
      slurm.fail(
        "sbatch", saying: "sbatch: error: Batch job submission failed: Invalid partition name specified")
      try executor.train(0)
      let error = #expect(throws: SchedulerRefusalError.self) {
        try executor.waitForCompletions(timeoutSeconds: 1)
      }
      #expect(error?.reason.hasSuffix("Invalid partition name specified") == true)
    }
  }
}
