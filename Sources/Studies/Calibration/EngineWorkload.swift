import EnergyMetering
import Foundation
import NeuralNetworks

/// A network's steps, repeated in a process that is started as a worker is, for a calibration to meter.
///
/// The process speaks as ``EngineBench`` does.
final class EngineWorkload: CalibrationWorkload {
  let name: String
  /// The kernel set that OpenBLAS uses in the process.
  let blasCore: String
  private let process: WorkerProcess
  private let perStep: OperationCount
  private var reader: LineReader
  private let shouldStop: () -> Bool

  /// The argument that makes the program serve an engine case.
  static let argument = "engine-bench"

  /// Somebody asked to stop while an answer was waited for.
  struct Stopped: Error {}

  /// Between two questions whether to stop, in milliseconds.
  private static let patience: Int32 = 200

  /// Starts the process and waits until it is warm: about a third of a second.
  ///
  /// - Parameter shouldStop: asked while an answer is waited for: a process that is stopped never gives one.
  /// - Throws: `SystemCallError` if it cannot be started, `WorkerUnusableError` if it ends early, ``Stopped``.
  init(
    _ workload: CalibrationCase, blasCore core: String?, executable: String,
    shouldStop: @escaping () -> Bool
  ) throws {
    name = workload.name
    self.shouldStop = shouldStop
    perStep = try workload.operationsPerStep()
    process = try WorkerProcess(
      WorkerProcess.Launch(
        name: workload.name, executable: executable, arguments: [Self.argument], processor: nil,
        environment: BLASCore.environment(choosing: core)))
    reader = LineReader()
    try writeAll(try encodeLine(workload.engineCase), to: process.requests)
    blasCore = try Self.answer(EngineBench.Ready.self, from: process, &reader, shouldStop).blasCore
  }

  deinit { process.reap(force: true) }

  func activity() -> ConsumerActivity { process.consumption() }

  func run(seconds: Double) throws -> OperationCount {
    try writeAll(try encodeLine(EngineTurn(seconds: seconds)), to: process.requests)
    let measured = try Self.answer(EngineBench.Measured.self, from: process, &reader, shouldStop)
    return perStep * Double(measured.steps)
  }

  /// Waits for the next line of the process.
  private static func answer<Answer: Decodable>(
    _ type: Answer.Type, from process: WorkerProcess, _ reader: inout LineReader, _ shouldStop: () -> Bool
  ) throws -> Answer {
    while true {
      if shouldStop() { throw Stopped() }
      var descriptor = pollfd(fd: process.responses, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, patience) > 0 else { continue }
      switch reader.read(from: process.responses) {
      case .lines(let lines):
        guard let line = lines.first else { continue }
        return try JSONDecoder().decode(type, from: Data(line))
      case .ended, .tooLong:
        let ending = process.reap(force: true) ?? "the process ended early"
        process.readComplaints()
        throw WorkerUnusableError(
          reason: process.lastComplaint.isEmpty ? ending : "\(ending): \(process.lastComplaint)")
      }
    }
  }
}
