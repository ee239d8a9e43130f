/// A source cannot be used here, and why.
public struct EnergySourceUnusable: Error, Equatable, CustomStringConvertible {
  /// The source's name.
  public var source: String
  /// Why, and what can be done.
  public var reason: String

  /// A source that cannot be used.
  public init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }

  /// The message for people.
  public var description: String { "energy source `\(source)` cannot be used: \(reason)" }
}
