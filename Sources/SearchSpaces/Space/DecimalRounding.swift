import Foundation

extension Double {
  /// The number nearest to this one rounded to some significant decimal digits.
  func rounded(toSignificantDigits digits: Int) -> Double {
    Double(String(format: "%.*e", digits - 1, self)) ?? self
  }

  /// The least number of some significant decimal digits that is not below this one, which is above 0.
  func roundedUp(toSignificantDigits digits: Int) -> Double {
    let rounded = rounded(toSignificantDigits: digits)
    guard rounded < self else { return rounded }
    return (self * (1 + 0.5 * pow(10, Double(1 - digits)))).rounded(toSignificantDigits: digits)
  }
}
