extension PreparedData {
  /// What is learnt from what, in one line: `iris.csv: 150 samples (90 training, 30 validation, 30 test) of shape [4];
  /// classification of 3 classes: 'setosa', 'versicolor', 'virginica'`.
  public var summary: String {
    let parts = [training.count, validation.count, test.count]
    return
      "\(Self.onOneLine(name)): \(parts.reduce(0, +)) samples (\(parts[0]) training, \(parts[1]) validation, "
      + "\(parts[2]) test) of shape \(sampleShape); \(taskSummary)"
  }

  /// More names than this would make no line that is read.
  private static let largestListedClassCount = 10

  private var taskSummary: String {
    let target = targetName.map { Excerpt.quote($0) }
    switch task {
    case .regression: return "regression" + (target.map { " of \($0)" } ?? "")
    case .classification(let classes):
      let subject = "classification" + (target.map { " of \($0) in" } ?? " of") + " \(classes) classes"
      guard 1...Self.largestListedClassCount ~= classNames.count else { return subject }
      return "\(subject): " + classNames.map { Excerpt.quote($0) }.joined(separator: ", ")
    }
  }

  private static func onOneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
