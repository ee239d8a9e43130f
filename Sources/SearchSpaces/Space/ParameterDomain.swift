import Numerics

/// A parameter of a search space: one open choice with its name.
public struct SearchParameter: Hashable, Sendable {
  /// The name; see ``ParameterSpace/parameterNames``.
  public var name: String
  /// The values that it can take.
  public var domain: ParameterDomain

  /// A parameter with the values that it can take.
  public init(name: String, domain: ParameterDomain) {
    self.name = name
    self.domain = domain
  }
}

/// The values that a parameter can take.
public enum ParameterDomain: Hashable, Sendable {
  /// One of some options, by their texts.
  case options([String])
  /// An integer of a range.
  case integers(IntegerRange)
  /// A number of a range.
  case reals(RealRange)

  /// The number of values, or nil for a continuous range.
  public var count: Int? {
    switch self {
    case .options(let labels): labels.count
    case .integers(let range): range.count
    case .reals: nil
    }
  }

  /// The number of values that a grid visits, or nil for a continuous range without `grid`.
  public var gridCount: Int? {
    if case .reals(let range) = self { return range.gridPoints?.count }
    return count
  }

  /// Whether a value belongs to the domain.
  public func contains(_ value: ParameterValue) -> Bool {
    if case .reals(let range) = self, case .real(let number) = value { return range.contains(number) }
    return gridIndex(of: value) != nil
  }

  /// The value at a place of the grid.
  ///
  /// - Precondition: `0 <= index < gridCount`.
  public func gridValue(at index: Int) -> ParameterValue {
    switch self {
    case .options(let labels): return .option(index: index, label: labels[index])
    case .integers(let range): return .integer(range.value(at: index))
    case .reals(let range):
      precondition(range.gridPoints != nil, "a range without grid points has no grid")
      return .real(range.gridPoints?[index] ?? range.lower)
    }
  }

  /// The place of a value in the grid, or nil when it is none of the grid's.
  public func gridIndex(of value: ParameterValue) -> Int? {
    switch (self, value) {
    case (.options(let labels), .option(let index, let label)):
      labels.indices.contains(index) && labels[index] == label ? index : nil
    case (.integers(let range), .integer(let number)): range.index(of: number)
    case (.reals(let range), .real(let number)): range.gridPoints?.firstIndex(of: number)
    default: nil
    }
  }

  /// A random value: uniform over options, uniform in the scale of a range.
  public func sample(using stream: inout RandomStream) -> ParameterValue {
    switch self {
    case .options(let labels): gridValue(at: stream.integer(below: labels.count))
    case .integers(let range): .integer(range.sample(using: &stream))
    case .reals(let range): .real(range.sample(using: &stream))
    }
  }

  /// The probability with which ``sample(using:)`` gives a value of finitely many; 1 of a continuous range.
  func probability(of value: ParameterValue) -> Double {
    switch (self, value) {
    case (.integers(let range), .integer(let number)): range.probability(of: number)
    case (.reals, _): 1
    default: 1 / Double(count ?? 1)
    }
  }
}

/// How a range is laid out: in equal steps or in equal ratios.
public enum RangeScale: String, Codable, Hashable, CaseIterable, Sendable {
  /// Equal steps.
  case linear
  /// Equal ratios; both ends are above 0.
  case log
}

/// Integers from a lower to an upper bound, both included, in steps.
public struct IntegerRange: Hashable, Sendable {
  /// The smallest value.
  public let lower: Int
  /// The upper bound; itself a value if the steps reach it.
  public let upper: Int
  /// The distance of neighbouring values.
  public let step: Int
  /// How random draws are spread.
  public let scale: RangeScale

  /// The number of values.
  public var count: Int { (upper - lower) / step + 1 }

  /// The value at an index.
  public func value(at index: Int) -> Int { lower + index * step }

  /// The index of a value, or nil if it is none of the range.
  public func index(of value: Int) -> Int? {
    guard value >= lower, value <= upper, (value - lower) % step == 0 else { return nil }
    return (value - lower) / step
  }

  /// The probability of a value under ``sample(using:)``.
  func probability(of value: Int) -> Double {
    guard scale == .log, count > 0 else { return 1 / Double(max(count, 1)) }
    let whole = Double(self.value(at: count)).logarithm - Double(lower).logarithm
    return (Double(value + step).logarithm - Double(value).logarithm) / whole
  }

  /// A random value: each as likely as the others, or, on the log scale, v with the weight ln((v + step) / v).
  public func sample(using stream: inout RandomStream) -> Int {
    switch scale {
    case .linear: return value(at: stream.integer(below: count))
    case .log:
      let low = Double(lower).logarithm
      let high = Double(value(at: count)).logarithm
      let drawn = (low + (high - low) * stream.uniform()).exponential
      let index = ((drawn - Double(lower)) / Double(step)).rounded(.down)
      return value(at: min(max(Int(index), 0), count - 1))
    }
  }
}

/// Numbers from a lower to an upper bound, both included.
public struct RealRange: Hashable, Sendable {
  /// The lower bound.
  public let lower: Double
  /// The upper bound, above the lower.
  public let upper: Double
  /// How random draws and grid points are spread.
  public let scale: RangeScale
  /// The points that a grid search uses, ascending; nil where the configuration gives no `grid`.
  ///
  /// The first and the last are the bounds, the others are rounded to 12 significant digits so that 10⁻³ between 10⁻⁴
  /// and 10⁻¹ is 0.001. A single point is the (geometric) middle.
  public let gridPoints: [Double]?

  /// A range in equal steps.
  ///
  /// - Precondition: both bounds are finite, the upper above the lower.
  public init(_ lower: Double, _ upper: Double) {
    precondition(lower.isFinite && upper.isFinite && lower < upper, "a range needs two bounds")
    self.lower = lower
    self.upper = upper
    scale = .linear
    gridPoints = nil
  }

  /// A range; nil if so many points cannot be told apart.
  init?(lower: Double, upper: Double, scale: RangeScale, gridCount: Int?) {
    self.lower = lower
    self.upper = upper
    self.scale = scale
    guard let gridCount else {
      gridPoints = nil
      return
    }
    func point(_ fraction: Double) -> Double {
      let exact = Self.value(at: fraction, lower: lower, upper: upper, scale: scale)
      return min(max(exact.rounded(toSignificantDigits: 12), lower), upper)
    }
    var points = [point(0.5)]
    if gridCount > 1 {
      points = (0..<gridCount).map { point(Double($0) / Double(gridCount - 1)) }
      points[0] = lower
      points[gridCount - 1] = upper
    }
    guard zip(points, points.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    gridPoints = points
  }

  /// Whether a number lies in the range.
  public func contains(_ number: Double) -> Bool { number >= lower && number <= upper }

  /// The number at a fraction of the range in its scale: 0 is the lower bound, 1 the upper.
  public func value(at fraction: Double) -> Double {
    min(max(Self.value(at: fraction, lower: lower, upper: upper, scale: scale), lower), upper)
  }

  /// The fraction of the range, in its scale, at which a number lies.
  public func fraction(of number: Double) -> Double {
    switch scale {
    case .linear: (number / 2 - lower / 2) / (upper / 2 - lower / 2)
    case .log: (number.logarithm - lower.logarithm) / (upper.logarithm - lower.logarithm)
    }
  }

  /// A random value, uniform in the range's scale.
  public func sample(using stream: inout RandomStream) -> Double { value(at: stream.uniform()) }

  private static func value(at fraction: Double, lower: Double, upper: Double, scale: RangeScale) -> Double {
    switch scale {
    case .linear: lower * (1 - fraction) + upper * fraction
    case .log: (lower.logarithm * (1 - fraction) + upper.logarithm * fraction).exponential
    }
  }
}
