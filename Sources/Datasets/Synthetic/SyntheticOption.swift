/// Checks of what a synthetic data set is asked for.
enum SyntheticOption {
  static func check(_ option: String, _ value: Int, atLeast lowest: Int) throws(DatasetError) {
    guard value >= lowest, value <= Int(Int32.max) else {
      throw .invalidOption(
        option: option, problem: "expected an integer from \(lowest) to \(Int32.max), got \(value)")
    }
  }

  static func check(
    _ option: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(DatasetError) {
    guard range.contains(value) else {
      throw .invalidOption(
        option: option,
        problem: "expected a number from \(range.lowerBound) to \(range.upperBound), got \(value)")
    }
  }
}
