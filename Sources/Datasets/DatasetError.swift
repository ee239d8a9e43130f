/// Why a data set cannot be read or divided, with the place and the remedy.
public enum DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file that cannot be read, with the system's reason.
  case unreadable(path: String, reason: String)
  /// A built-in data set whose file is in none of the places searched.
  case missingResource(file: String, searched: [String])
  /// A file without a single row.
  case empty(file: String)
  /// Text that is not what its place in the file asks for. The line and the byte in it count from 1.
  case malformed(file: String, line: Int, column: Int, problem: String)
  /// A file with another shape than the data set is known to have.
  case unexpectedShape(file: String, problem: String)
  /// Split fractions that are negative, not finite, or do not add up to 1.
  case invalidFractions(training: Double, validation: Double, test: Double)
  /// A label that is not a class, by the sample's index.
  case labelOutOfRange(label: Int32, sample: Int, classCount: Int)
  /// A class with fewer samples than parts that want one.
  case tooFewSamples(class: Int, count: Int, needed: Int)

  /// The place, what was expected there and what was found.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .missingResource(let file, let searched):
      "\(file): not found in \(searched.joined(separator: ", ")); "
        + "keep the folder \(ResourceLocation.bundleName) beside the executable"
    case .empty(let file):
      "\(file): expected rows of numbers, got an empty file"
    case .malformed(let file, let line, let column, let problem):
      "\(file):\(line):\(column): \(problem)"
    case .unexpectedShape(let file, let problem):
      "\(file): \(problem)"
    case .invalidFractions(let training, let validation, let test):
      "split: expected a positive training part and no negative part, adding up to 1, "
        + "got [\(training), \(validation), \(test)]"
    case .labelOutOfRange(let label, let sample, let classCount):
      "sample \(sample): expected a class from 0 to \(classCount - 1), got \(label)"
    case .tooFewSamples(let label, let count, let needed):
      "class \(label): expected at least \(needed) samples, one for each part of the split, got \(count)"
    }
  }
}
