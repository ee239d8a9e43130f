import EnergyMetering

/// Perf events whose counts a test sets, by event number and CPU.
final class FakePerfEvents: PerfEventOpener {
  struct Key: Hashable {
    var config: UInt64
    var cpu: Int
  }

  /// The counts; an event without one cannot be opened.
  var counts: [Key: UInt64] = [:]
  /// The kernel lets nobody count.
  var isDenied = false
  /// CPUs whose counts can no longer be read.
  var lost: Set<Int> = []
  /// What was opened, and of which unit.
  private(set) var opened: [Key] = []
  private(set) var types: Set<UInt32> = []

  subscript(_ config: UInt64, cpu: Int) -> UInt64 {
    get { counts[Key(config: config, cpu: cpu)] ?? 0 }
    set { counts[Key(config: config, cpu: cpu)] = newValue }
  }

  func open(type: UInt32, config: UInt64, cpu: Int, name: String) throws(FileAccessError) -> any PerfEvent {
    if isDenied { throw .denied(name) }
    let key = Key(config: config, cpu: cpu)
    guard counts[key] != nil else { throw .failed(name, reason: "No such device") }
    opened.append(key)
    types.insert(type)
    return Event(events: self, key: key, name: name)
  }

  private final class Event: PerfEvent {
    let events: FakePerfEvents
    let key: Key
    let name: String
    init(events: FakePerfEvents, key: Key, name: String) {
      self.events = events
      self.key = key
      self.name = name
    }
    func count() throws(FileAccessError) -> UInt64 {
      if events.lost.contains(key.cpu) { throw .failed(name, reason: "the kernel counts it no longer") }
      return events[key.config, key.cpu]
    }
  }
}
