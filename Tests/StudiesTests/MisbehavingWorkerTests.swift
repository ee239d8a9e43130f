import EnergyMetering
import Foundation
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("The local executor with workers that misbehave")
  struct MisbehavingWorkerTests {
    private func failed(_ trial: Int) -> String {
      #"echo '{"failed":{"trial":\#(trial),"reason":"as told"}}'"#
    }

    @Test("ends a worker that writes no messages, and fails its trial with what it complained of")
    func garbage() throws {
      let executor = try makeExecutor(
        script: "read r; \(ready); read j; echo 'my head hurts' >&2; echo nonsense; read x; read y")
      let completion = try executor.train(0, digitsCandidate())
      #expect(completion.failure?.hasSuffix("my head hurts") == true)
      #expect(executor.finish().imbalance(with: [completion]) < 1e-9)
    }

    @Test("takes no answer for another trial, and the first line by line however they arrive")
    func otherTrial() throws {
      let executor = try makeExecutor(
        script: "read r; \(ready); read j; \(failed(9)); printf '{\"failed\":{\"trial\":0,'; sleep 0.1; "
          + "printf '\"reason\":\"as told\"}}\\n'; read x")
      let completion = try executor.train(0, digitsCandidate())
      #expect(completion.trial == 0)
      #expect(completion.failure == "as told")
    }

    @Test("sleeps while a worker trains whose standard error is closed")
    func closedComplaints() throws {
      let executor = try makeExecutor(script: "exec 2>&-; read r; \(ready); read j; read x")
      try executor.waitForFreeSlots(1)
      try executor.start(TrialJob(trial: 0, candidate: digitsCandidate()))
      _ = try executor.waitForCompletions(timeoutSeconds: 0.3)
      let begin = Date()
      #expect(try executor.waitForCompletions(timeoutSeconds: 0.3).isEmpty)
      #expect(Date().timeIntervalSince(begin) > 0.25)
    }

    @Test("goes on when a new worker dies before it is ready, but not for ever")
    func deathInPreparation() throws {
      let folder = try TemporaryFolder()
      let mark = folder.path + "/mark"
      // The first is ready and dies in its training; the second dies at once; the third works.
      let once = try makeExecutor(
        script: "if [ -e \(mark) ]; then rm \(mark); exit 3; fi; read r; \(ready); read j; "
          + "case \"$j\" in *'\"trial\":0'*) touch \(mark); exit 1;; esac; \(failed(1)); read x")
      #expect(try once.train(0, digitsCandidate()).failure == "the worker exited with code 1")
      #expect(try once.train(1, digitsCandidate()).failure == "as told")

      let ever = try makeExecutor(
        script: "if [ -e \(mark) ]; then exit 3; fi; read r; \(ready); read j; touch \(mark); exit 1")
      #expect(try ever.train(0, digitsCandidate()).failure == "the worker exited with code 1")
      let error = #expect(throws: WorkerUnusableError.self) { try ever.waitForFreeSlots(1) }
      #expect(error?.reason == "the worker exited with code 3")
    }

    @Test("hands over what ended together with the failure of another worker, and fails then")
    func resultBesideFailure() throws {
      let executor = try makeExecutor(
        workers: 2,
        script:
          "read r; \(ready); read j; if [ $1 = 0 ]; then echo '{\"unusable\":{\"reason\":\"broken\"}}'; "
          + "else \(failed(1)); fi; read x")
      try executor.waitForFreeSlots(2)
      try executor.start(TrialJob(trial: 0, candidate: digitsCandidate()))
      try executor.start(TrialJob(trial: 1, candidate: digitsCandidate()))
      Thread.sleep(forTimeInterval: 0.3)
      #expect(try executor.waitForCompletions(timeoutSeconds: 1).map(\.trial) == [1])
      #expect(throws: WorkerUnusableError.self) { try executor.waitForCompletions(timeoutSeconds: 1) }
    }

    @Test("finishes although a worker does not end when it is asked to")
    func stubborn() throws {
      let executor = try makeExecutor(script: "read r; \(ready); while :; do sleep 0.1; done")
      try executor.waitForFreeSlots(1)
      let begin = Date()
      _ = executor.finish()
      #expect(Date().timeIntervalSince(begin) < 5)
      #expect(children().isEmpty)
    }
  }

  @Suite("A worker process")
  struct WorkerProcessTests {
    @Test("exits at once when the study is gone, in the middle of a training too")
    func exitsWithTheStudy() throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: wattlePath)
      process.arguments = ["worker"]
      let (requests, responses) = (Pipe(), Pipe())
      process.standardInput = requests
      process.standardOutput = responses
      try process.run()
      let encoder = JSONEncoder()
      func send(_ name: String, _ body: some Encodable) throws {
        let text = #"{"\#(name)":{"_0":\#(String(decoding: try encoder.encode(body), as: UTF8.self))}}"#
        requests.fileHandleForWriting.write(Data((text + "\n").utf8))
      }
      try send("prepare", digits)
      let answer = String(decoding: responses.fileHandleForReading.availableData, as: UTF8.self)
      #expect(answer.hasPrefix(#"{"ready":"#))
      try send("train", TrialJob(trial: 0, candidate: digitsCandidate(epochs: 1_000_000)))
      Thread.sleep(forTimeInterval: 0.2)
      #expect(process.isRunning)
      try requests.fileHandleForWriting.close()
      let deadline = Date().addingTimeInterval(5)
      while process.isRunning && Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
      #expect(!process.isRunning)
      if process.isRunning { process.terminate() } else { #expect(process.terminationStatus == 0) }
    }

    @Test("runs with the kernel set that was asked for, at some speed")
    func probe() throws {
      let free = try EngineProbe.measure(blasCore: nil, executable: wattlePath)
      #expect(free.gigaflops > 0.1)
      #expect(!free.blasCore.isEmpty)
      if free.blasConfiguration.contains("DYNAMIC_ARCH") {
        #expect(try EngineProbe.measure(blasCore: "Nehalem", executable: wattlePath).blasCore == "Nehalem")
      }
      #expect(throws: WorkerUnusableError.self) {
        try EngineProbe.measure(blasCore: nil, executable: "/bin/false")
      }
    }
  }
}
