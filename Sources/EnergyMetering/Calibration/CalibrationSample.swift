/// What a workload of a calibration took.
public struct CalibrationSample: Codable, Hashable, Sendable {
  /// The workload's name.
  public var workload: String
  /// CPU seconds.
  public var cpuSeconds: Double
  /// What was computed.
  public var operations: OperationCount
  /// Joules by the counter, without idle power and other programs' part.
  public var joules: Double

  /// What a workload took.
  public init(workload: String, cpuSeconds: Double, operations: OperationCount, joules: Double) {
    self.workload = workload
    self.cpuSeconds = cpuSeconds
    self.operations = operations
    self.joules = joules
  }

  /// Joules by CPU second.
  var watts: Double { joules / cpuSeconds }
}
