import Foundation
import SearchSpaces

/// The values of a parameter as numbers from 0 to 1, for strategies that calculate with them.
///
/// A real number lies at its fraction of the range, in the range's scale. Integers and options share the interval among
/// them: each has a cell as wide as it is likely in a random draw, and lies in the middle of it.
extension ParameterDomain {
  /// The value at a fraction of 0 to 1; uniform fractions give values as likely as random draws.
  func value(atFraction fraction: Double) -> ParameterValue {
    switch self {
    case .options(let labels):
      let index = min(max(Int(fraction * Double(labels.count)), 0), labels.count - 1)
      return .option(index: index, label: labels[index])
    case .integers(let range): return .integer(range.value(atFraction: fraction))
    case .reals(let range): return .real(range.value(at: fraction))
    }
  }

  /// The fraction at which a value lies, or nil if it is none of the domain.
  func fraction(of value: ParameterValue) -> Double? {
    switch (self, value) {
    case (.options(let labels), .option(let index, _)) where labels.indices.contains(index):
      return (Double(index) + 0.5) / Double(labels.count)
    case (.integers(let range), .integer(let number)):
      guard let index = range.index(of: number) else { return nil }
      return (range.edge(index) + range.edge(index + 1)) / 2
    case (.reals(let range), .real(let number)) where range.contains(number):
      return min(max(range.fraction(of: number), 0), 1)
    default: return nil
    }
  }

  /// Whether the values have an order.
  var isOrdered: Bool { if case .options = self { false } else { true } }
}

extension IntegerRange {
  /// The value in whose cell a fraction lies.
  fileprivate func value(atFraction fraction: Double) -> Int {
    let position: Double
    switch scale {
    case .linear: position = fraction * Double(count)
    case .log:
      let (low, high) = (log(Double(lower)), log(end))
      position = (exp(low + (high - low) * fraction) - Double(lower)) / Double(step)
    }
    return value(at: Int(min(max(position, 0), Double(count - 1))))
  }

  /// Where the cell of the value at an index begins; at the count, where the last one ends.
  fileprivate func edge(_ index: Int) -> Double {
    switch scale {
    case .linear: return Double(index) / Double(count)
    case .log:
      let (low, high) = (log(Double(lower)), log(end))
      return (log(Double(lower) + Double(index) * Double(step)) - low) / (high - low)
    }
  }

  /// The value that would follow the last.
  private var end: Double { Double(lower) + Double(count) * Double(step) }
}

extension ObservedTrial {
  /// The objectives; nil if the trial failed or one of them is no number, or one so large (10⁶⁰) that volumes could
  /// overflow.
  var finiteLosses: [Double]? {
    guard let losses, !losses.isEmpty, losses.allSatisfy({ abs($0) <= 1e60 }) else { return nil }
    return losses
  }
}
