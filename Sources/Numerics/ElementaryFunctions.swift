import Glibc

extension Double {
  /// The natural logarithm.
  public var logarithm: Double { log(self) }

  /// e to the power of this number.
  public var exponential: Double { exp(self) }
}
