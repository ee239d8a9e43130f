/// What one process of the study has used up to now.
public struct ConsumerActivity: Hashable, Sendable {
  /// A name that no other process of the study bears, now or later; a process identifier can come again.
  public var id: String
  /// CPU seconds since the process began, of all its threads.
  public var cpuSeconds: Double
  /// Bytes of physical memory that it holds now.
  public var residentBytes: Int
  /// What it has computed since it began, as far as reported; nil while it does work whose operations nobody counts.
  public var operations: OperationCount?

  /// The state of one process.
  public init(id: String, cpuSeconds: Double, residentBytes: Int, operations: OperationCount? = nil) {
    self.id = id
    self.cpuSeconds = cpuSeconds
    self.residentBytes = residentBytes
    self.operations = operations
  }
}
