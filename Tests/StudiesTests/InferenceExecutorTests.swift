import EnergyMetering
import Foundation
import Studies
import Testing

/// A counter that a file holds, in joules; all that it counts is the worker's.
private final class FileCounter: EnergySource {
  let name = "file"
  let provenance = fakeProvenance
  let needsMachineBusyTime = false
  private let path: String
  private var first = 0.0
  private var last = 0.0

  init(path: String) { self.path = path }

  private var value: Double? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
      Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  func begin() {
    first = value ?? 0
    last = first
  }

  func close(_ activity: IntervalActivity) -> IntervalOutcome {
    guard let value else { return .gap(warning: "no counter") }
    let counted = value - last
    last = value
    // The study itself is the first consumer.
    let shares = activity.consumers.indices.map { joules($0 == 1 ? counted : 0) }
    return .attributed(
      consumers: shares, idle: joules(shares.count > 1 ? 0 : counted), total: joules(counted), warnings: [])
  }

  func total(duration: Double) -> EnergyReading { joules(last - first) }
}

extension WorkerSuites {
  @Suite("Measuring inferences")
  struct InferenceExecutorTests {
    private let folder: TemporaryFolder
    private var counter: String { folder.path + "/joules" }

    init() throws { folder = try TemporaryFolder() }

    /// Sets the counter, in one step.
    private func count(_ joules: Double) -> String {
      "echo \(joules) > \(counter).new; mv \(counter).new \(counter); "
    }

    private func warm(trial: Int = 3, batch: Int = 32) -> String {
      #"echo '{"inferenceReady":{"trial":\#(trial),"trainingBatch":\#(batch)}}'; read t; "#
    }

    private func inferred(_ inferences: Int, in seconds: Double, trial: Int = 3) -> String {
      #"echo '{"inferred":{"trial":\#(trial),"count":{"inferences":\#(inferences),"seconds":\#(seconds)}}}'; read t; "#
    }

    /// An executor with a worker that follows a script behind its first request for inferences.
    private func executor(_ script: String) throws -> LocalExecutor {
      try Data("0\n".utf8).write(to: URL(fileURLWithPath: counter))
      return try makeExecutor(
        script: "read r; \(ready); read t; \(script)read t",
        meter: EnergyMeter(source: FileCounter(path: counter)))
    }

    @Test("divides each window's energy by its inferences, and books warm-up and windows apart")
    func windows() throws {
      // 5 J to warm up, 2 J for 400 inferences at batch 1, 1 J for 6,400 at batch 32.
      let executor = try executor(
        count(5) + warm() + count(7) + inferred(400, in: 0.25) + count(8) + inferred(6400, in: 0.2))
      let measurement = try #require(try executor.measure(3, digitsCandidate()).measurement)
      #expect(
        measurement.single == .init(batchSize: 1, inferences: 400, seconds: 0.25, energy: joules(2)))
      #expect(
        measurement.trainingBatch
          == .init(batchSize: 32, inferences: 6400, seconds: 0.2, energy: joules(1)))
      // 2 / 400 = 5 mJ, a quarter less and more; 1 / 6,400 = 0.15625 mJ.
      #expect(measurement.single.energyPerInference.energy.joules == 2 * (1.0 / 400))
      #expect(abs(measurement.single.energyPerInference.low.joules - 3.75e-3) < 1e-15)
      #expect(abs(measurement.single.energyPerInference.high.joules - 6.25e-3) < 1e-15)
      #expect(abs(measurement.trainingBatch.energyPerInference.energy.joules - 1.5625e-4) < 1e-15)
      let books = executor.finish()
      #expect(books.measuring == joules(8) && books.metered == joules(8))
      #expect(books.imbalance(with: []) < 1e-9)
    }

    @Test("prolongs a window that is too short, and one in which the counter did not move")
    func prolongs() throws {
      // 0.125 s twice; then 0.25 s without a move and 0.25 s with one of 3 J.
      let executor = try executor(
        warm() + count(1) + inferred(10, in: 0.125) + count(2) + inferred(20, in: 0.125)
          + inferred(320, in: 0.25) + count(5) + inferred(640, in: 0.25))
      let measurement = try #require(try executor.measure(3, digitsCandidate()).measurement)
      #expect(measurement.single == .init(batchSize: 1, inferences: 30, seconds: 0.25, energy: joules(2)))
      #expect(
        measurement.trainingBatch == .init(batchSize: 32, inferences: 960, seconds: 0.5, energy: joules(3)))
    }

    @Test("begins and ends a window at a reading: what a gap hides is in no window before it or half in one")
    func gaps() throws {
      // The counter is away when the first window should begin, and still after a turn: its 4 J come with the next reading,
      // and the window begins there. It has counted 1 J, which a look in between sees, when it is away again.
      let executor = try executor(
        "mv \(counter) \(counter).away; " + warm(batch: 1) + inferred(1000, in: 0.25) + count(4)
          + inferred(1000, in: 0.25) + count(5) + "sleep 1; "
          + "mv \(counter) \(counter).away; " + inferred(100, in: 0.25) + count(7) + inferred(200, in: 0.25))
      let measurement = try #require(try executor.measure(3, digitsCandidate()).measurement)
      let expected = InferenceMeasurement.Window(
        batchSize: 1, inferences: 300, seconds: 0.5, energy: joules(3))
      // A training batch of 1 is measured once.
      #expect(measurement == InferenceMeasurement(single: expected, trainingBatch: expected))
      #expect(executor.finish().measuring == joules(7))
    }

    @Test("gives up when the meter does not move in a minute of inferences")
    func patience() throws {
      let executor = try executor(warm() + inferred(10, in: 59) + inferred(10, in: 2))
      let failure = try executor.measure(3, digitsCandidate()).failure
      #expect(failure == "the meter did not move in 60.0 s of inferences")
    }

    @Test("fails with what the worker says or dies of, and the worker is free again")
    func failures() throws {
      let refused = try executor(
        #"echo '{"failed":{"trial":3,"reason":"no room"}}'; read t; echo '{"failed":{"trial":4,"reason":"none"}}'; "#
      )
      #expect(try refused.measure(3, digitsCandidate()).failure == "no room")
      #expect(try refused.measure(4, digitsCandidate()).failure == "none")
      let dead = try executor(count(2) + "echo tired >&2; exit 4; ")
      #expect(try dead.measure(3, digitsCandidate()).cutOffBy == "the worker exited with code 4: tired")
      #expect(dead.finish().imbalance(with: []) < 1e-9)
      let odd = try executor(warm() + inferred(0, in: 0.25))
      #expect(try odd.measure(3, digitsCandidate()).failure?.contains("reported 0 inferences") == true)
    }

    @Test("by a real worker runs windows of 200 ms at both batches, and a training follows")
    func realWorker() throws {
      let executor = try makeExecutor()
      let measurement = try #require(try executor.measure(0, digitsCandidate()).measurement)
      #expect(measurement.single.batchSize == 1 && measurement.trainingBatch.batchSize == 32)
      for window in [measurement.single, measurement.trainingBatch] {
        #expect(window.seconds >= 0.2 && window.inferences > 0)
        #expect(window.inferences.isMultiple(of: window.batchSize))
        #expect(window.energyPerInference.energy > .zero)
        #expect(window.energyPerInference.low < window.energyPerInference.high)
      }
      let misfit = try executor.measure(1, digitsCandidate(learningRate: -1))
      #expect(misfit.failure != nil)
      let trained = try executor.train(2, digitsCandidate())
      #expect(trained.outcome != nil)
      // A measuring that is cut off is booked too.
      try executor.start(InferenceJob(trial: 3, candidate: digitsCandidate()))
      #expect(executor.freeSlots == 0 && executor.runningCount == 1)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.1)
      let before = executor.books().measuring.energy
      let books = executor.finish()
      #expect(books.measuring.energy >= before && before > measurement.single.energy.energy)
      #expect(books.imbalance(with: [trained]) < 1e-9)
    }
  }
}
