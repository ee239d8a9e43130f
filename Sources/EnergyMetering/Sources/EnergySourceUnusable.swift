/// How a source of energy readings stands on a machine.
public enum EnergySourceState: String, Codable, Hashable, Sendable {
  /// It is there and works.
  case usable
  /// The machine has none.
  case absent
  /// It is there, and the kernel lets this program not read it.
  case denied
  /// It is there and can be read, and is not believed or does not cover the machine now.
  case refused
}

/// A source cannot be used here, and why.
public struct EnergySourceUnusable: Error, Equatable, CustomStringConvertible {
  /// The source's name.
  public var source: String
  /// What is in the way: anything but `usable`.
  public var state: EnergySourceState
  /// Why, and what can be done.
  public var reason: String

  /// A source that cannot be used.
  public init(source: String, state: EnergySourceState, reason: String) {
    self.source = source
    self.state = state
    self.reason = reason
  }

  /// The message for people.
  public var description: String { "energy source `\(source)` cannot be used: \(reason)" }
}
