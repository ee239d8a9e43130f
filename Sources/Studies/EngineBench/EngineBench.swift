import Foundation
import NeuralNetworks

/// The engine's side of a benchmark: a process that repeats the steps of one network when it is told to.
///
/// The first line of standard input is an `EngineCase`. It is answered when the network is built and warm. Each line
/// after it is a turn, `{"seconds":0.3}`, answered by what was measured. So another program can let several engines take
/// turns, and what else happens on the machine hits all alike.
public enum EngineBench {
  /// Serves until standard input ends.
  ///
  /// - Throws: `EngineBenchError` for a line that is malformed; `SystemCallError` when nobody reads the answers.
  public static func serve() throws {
    OpenBLAS.threadCount = 1
    var lines = InputLines()
    guard let first = lines.next() else {
      throw EngineBenchError.malformed("case: expected a line of JSON on standard input, got none")
    }
    let engineCase = try EngineCase(parsing: first)
    var exercise: EngineExercise
    let flops: Int
    do {
      flops = try Self.flopsPerStep(engineCase)
      exercise = try EngineExercise(engineCase)
    } catch {
      throw EngineBenchError.malformed("case: architecture: \(error)")
    }
    let stepsAChunk = Self.warmUp(&exercise)
    try writeAll(
      try encodeLine(
        Ready(parameters: exercise.parameterCount, flopsPerStep: flops, blasCore: OpenBLAS.coreName)),
      to: STDOUT_FILENO)
    while let line = lines.next() {
      let turn = try EngineTurn(parsing: line)
      let measured = Self.measure(&exercise, seconds: turn.seconds, stepsAChunk: stepsAChunk)
      try writeAll(try encodeLine(measured), to: STDOUT_FILENO)
    }
  }

  /// What is said of a case before the first turn.
  struct Ready: Codable {
    var parameters: Int
    /// As `ArchitectureCosts` counts them, for all samples of a step, without the optimiser.
    var flopsPerStep: Int
    var blasCore: String
  }

  /// What a turn brought. Times are wall-clock times of single steps, each the mean over a chunk of some milliseconds.
  struct Measured: Codable {
    var steps: Int
    var seconds: Double
    var medianMicroseconds: Double
    var minimumMicroseconds: Double
    /// The mean loss of the last training step; the last logit of an inference.
    var result: Double
    /// Since the start of the process.
    var peakMemoryBytes: Int?
  }

  private static func flopsPerStep(_ engineCase: EngineCase) throws(ArchitectureError) -> Int {
    let costs = try engineCase.architecture.costs()
    let perSample =
      engineCase.mode == .training ? costs.trainingFlopsPerSample : costs.forwardFlopsPerSample
    return perSample * engineCase.batch
  }

  /// Fills the caches, lets the clock frequency rise, and finds how many steps take about 5 ms.
  private static func warmUp(_ exercise: inout EngineExercise) -> Int {
    let clock = ContinuousClock()
    let begin = clock.now
    var steps = 0
    repeat {
      exercise.run(steps: 4)
      steps += 4
    } while clock.now - begin < .milliseconds(200)
    return max(1, Int(Double(steps) * (5e-3 / (clock.now - begin).inSeconds)))
  }

  private static func measure(
    _ exercise: inout EngineExercise, seconds: Double, stepsAChunk: Int
  ) -> Measured {
    let clock = ContinuousClock()
    let begin = clock.now
    var last = begin
    var microseconds: [Double] = []
    repeat {
      exercise.run(steps: stepsAChunk)
      let now = clock.now
      microseconds.append((now - last).inSeconds * 1e6 / Double(stepsAChunk))
      last = now
    } while (last - begin).inSeconds < seconds
    microseconds.sort()
    return Measured(
      steps: microseconds.count * stepsAChunk, seconds: (last - begin).inSeconds,
      medianMicroseconds: microseconds[microseconds.count / 2], minimumMicroseconds: microseconds[0],
      result: exercise.result, peakMemoryBytes: PeakMemory.bytes())
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

/// The lines of standard input.
private struct InputLines {
  private var reader = LineReader()
  private var waiting: ArraySlice<[UInt8]> = []

  /// Waits for the next line; nil at the end of the input.
  mutating func next() -> [UInt8]? {
    while waiting.isEmpty {
      switch reader.read(from: STDIN_FILENO) {
      case .lines(let lines): waiting = lines[...]
      case .ended, .tooLong: return nil
      }
    }
    return waiting.popFirst()
  }
}
