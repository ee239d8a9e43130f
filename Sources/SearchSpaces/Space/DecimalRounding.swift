import Foundation

extension Double {
  /// The number nearest to this one rounded to some significant decimal digits.
  func rounded(toSignificantDigits digits: Int) -> Double {
    Double(String(format: "%.*e", digits - 1, self)) ?? self
  }
}
