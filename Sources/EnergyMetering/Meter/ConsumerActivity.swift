/// What one process of the study has used up to now.
public struct ConsumerActivity: Hashable, Sendable {
  /// A name that no other process of the study bears, now or later; a process identifier can come again.
  public var id: String
  /// CPU seconds since the process began, of all its threads.
  public var cpuSeconds: Double
  /// Bytes of physical memory that it holds now.
  public var residentBytes: Int

  /// The state of one process.
  public init(id: String, cpuSeconds: Double, residentBytes: Int) {
    self.id = id
    self.cpuSeconds = cpuSeconds
    self.residentBytes = residentBytes
  }
}
