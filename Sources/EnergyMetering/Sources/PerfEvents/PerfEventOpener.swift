import CSystem
import Glibc

/// How the meter reaches the kernel's perf events; tests put a fake in its place.
public protocol PerfEventOpener {
  /// Counts an event on one CPU from now on.
  ///
  /// - Parameters:
  ///   - type: The number of the events' unit, from its `type` file.
  ///   - config: The event's number within the unit.
  ///   - name: The event for messages.
  func open(type: UInt32, config: UInt64, cpu: Int, name: String) throws(FileAccessError) -> any PerfEvent
}

/// An event that is being counted.
public protocol PerfEvent: AnyObject {
  /// The count since it was opened.
  func count() throws(FileAccessError) -> UInt64
}

/// The machine's own perf events.
public struct SystemPerfEvents: PerfEventOpener, Sendable {
  /// The machine's own perf events.
  public init() {}

  /// Counts an event on one CPU from now on, whatever runs there.
  ///
  /// - Throws: `FileAccessError.denied` unless `kernel.perf_event_paranoid` is 0 or less, or the program has
  ///   CAP_PERFMON.
  public func open(
    type: UInt32, config: UInt64, cpu: Int, name: String
  ) throws(FileAccessError) -> any PerfEvent {
    let descriptor = wattle_open_perf_event(type, config, Int32(cpu))
    if descriptor < 0 {
      if errno == EACCES || errno == EPERM { throw .denied(name) }
      throw .failed(name, reason: String(cString: strerror(errno)))
    }
    return SystemPerfEvent(descriptor, name: name)
  }
}

private final class SystemPerfEvent: PerfEvent {
  private let descriptor: Int32
  private let name: String

  init(_ descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  func count() throws(FileAccessError) -> UInt64 {
    var value: UInt64 = 0
    let size = read(descriptor, &value, MemoryLayout<UInt64>.size)
    if size < 0 { throw .failed(name, reason: String(cString: strerror(errno))) }
    // The kernel gives nothing for an event that it cannot keep on its CPU.
    if size != MemoryLayout<UInt64>.size { throw .failed(name, reason: "the kernel counts it no longer") }
    return value
  }
}
