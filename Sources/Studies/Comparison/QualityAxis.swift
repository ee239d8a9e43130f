/// The number that says how well a network does, as comparisons show it.
public struct QualityAxis: Hashable, Sendable {
  /// The name in a sentence, such as `accuracy` or `R²`.
  public let name: String
  /// The name in columns, such as `accuracy` or `r2`.
  public let key: String
  /// Whether more is better.
  public let isHigherBetter: Bool

  /// The measure that searches of a task are compared at.
  public init(_ measure: QualityMeasure) {
    self.init(name: measure.name, key: measure.rawValue, isHigherBetter: true)
  }

  private init(name: String, key: String, isHigherBetter: Bool) {
    self.name = name
    self.key = key
    self.isHigherBetter = isHigherBetter
  }

  /// A loss of any scale, of which less is better.
  public static let loss = QualityAxis(name: "loss", key: "loss", isHigherBetter: false)

  /// A value as people read it, of one of which more is better, and the other way round.
  public func flipped(_ value: Double) -> Double { isHigherBetter ? value : -value }
}
