import Foundation
import NeuralNetworks

/// How fast a worker's BLAS is on this machine, measured in a process that is started just as a worker is.
public struct EngineProbe: Codable, Hashable, Sendable {
  /// The kernel set that OpenBLAS uses.
  public var blasCore: String
  /// OpenBLAS's version and build options.
  public var blasConfiguration: String
  /// Billions of floating-point operations a second of a square single-precision product on one thread.
  public var gigaflops: Double

  /// The argument that makes the program measure itself instead of serving trainings.
  static let argument = "engine-probe"

  /// Measures in a process of its own.
  ///
  /// - Parameters:
  ///   - blasCore: the kernel set to ask for; nil leaves the choice to OpenBLAS.
  ///   - executable: the program that measures, which is this one.
  public static func measure(
    blasCore: String?, executable: String = "/proc/self/exe"
  ) throws -> EngineProbe {
    let process = try WorkerProcess(
      WorkerProcess.Launch(
        name: "probe", executable: executable, arguments: [argument], processor: nil,
        environment: BLASCore.environment(choosing: blasCore)))
    defer { process.reap(force: true) }
    var reader = LineReader()
    while true {
      switch reader.read(from: process.responses) {
      case .lines(let lines):
        guard let line = lines.first else { continue }
        return try JSONDecoder().decode(EngineProbe.self, from: Data(line))
      case .ended, .tooLong:
        throw WorkerUnusableError(reason: process.reap(force: true) ?? "the probe ended early")
      }
    }
  }

  /// Measures in this process and writes the result to standard output, for ``measure(blasCore:)``.
  public static func serve() throws {
    let probe = EngineProbe(
      blasCore: OpenBLAS.coreName, blasConfiguration: OpenBLAS.configuration,
      gigaflops: OpenBLAS.measureGigaflops())
    try writeAll(try encodeLine(probe), to: STDOUT_FILENO)
  }
}
