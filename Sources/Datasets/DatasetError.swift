/// Why a data set cannot be read or divided, with the place and the remedy.
public enum DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case missingFile(path: String)
  /// A file that cannot be read, with the system's reason.
  case unreadable(path: String, reason: String)
  /// A built-in data set whose file is in none of the places searched.
  case missingResource(file: String, searched: [String])
  /// A file without a single row.
  case empty(file: String)
  /// Text that is not what its place in the file asks for. The line and the byte in it count from 1.
  case malformed(file: String, line: Int, column: Int, problem: String)
  /// Bytes that are not what the format asks for at their place; where the file is compressed, the offset is
  /// that in its unpacked content.
  case damaged(file: String, offset: Int, problem: String)
  /// More bytes or values than the memory available allows.
  case tooLarge(name: String, neededBytes: Int?, limitBytes: Int)
  /// An option of a data set that is out of its range.
  case invalidOption(option: String, problem: String)
  /// A split with a test part of a data set that brings one of its own.
  case twoTestParts(name: String)
  /// A file with another shape than the data set is known to have.
  case unexpectedShape(file: String, problem: String)
  /// Split fractions that are negative, not finite, or do not add up to 1.
  case invalidFractions(training: Double, validation: Double, test: Double)
  /// A label that is not a class, by the sample's index.
  case labelOutOfRange(label: Int32, sample: Int, classCount: Int)
  /// A class with fewer samples than parts that want one.
  case tooFewSamples(class: Int, count: Int, needed: Int)
  /// A class with a name of which there are fewer samples than parts that want one.
  case rareClass(name: String, count: Int, needed: Int, isNumber: Bool)

  /// Whether there was no input to read (exit code 66) rather than bad data in it (exit code 65).
  public var isMissingInput: Bool {
    switch self {
    case .missingFile, .unreadable, .missingResource: true
    default: false
    }
  }

  /// The place, what was expected there and what was found.
  public var description: String {
    switch self {
    case .missingFile(let path):
      "\(path): no such file"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .missingResource(let file, let searched):
      "\(file): not found in \(searched.joined(separator: ", ")); "
        + "keep the folder \(ResourceLocation.bundleName) beside the executable"
    case .empty(let file):
      "\(file): expected rows of numbers, got an empty file"
    case .malformed(let file, let line, let column, let problem):
      "\(file):\(line):\(column): \(problem)"
    case .damaged(let file, let offset, let problem):
      "\(file): byte \(offset): \(problem)"
    case .tooLarge(let name, let needed, let limit):
      "\(name): needs \(needed.map { "\($0)" } ?? "more") bytes in one piece; a third of the memory available "
        + "is \(limit) bytes"
    case .invalidOption(let option, let problem):
      "\(option): \(problem)"
    case .twoTestParts(let name):
      "\(name): brings its own test part; split the rest into training and validation only, such as [0.8, 0.2, 0]"
    case .unexpectedShape(let file, let problem):
      "\(file): \(problem)"
    case .invalidFractions(let training, let validation, let test):
      "split: expected a positive training part and no negative part, adding up to 1, "
        + "got [\(training), \(validation), \(test)]"
    case .labelOutOfRange(let label, let sample, let classCount):
      "sample \(sample): expected a class from 0 to \(classCount - 1), got \(label)"
    case .tooFewSamples(let label, let count, let needed):
      "class \(label): expected at least \(needed) samples, one for each part of the split, got \(count)"
    case .rareClass(let name, let count, let needed, let isNumber):
      "class \(Excerpt.quote(name)): expected at least \(needed) samples, one for each part of the split, got \(count)"
        + (isNumber ? "; if the target is a quantity, say task: regression" : "")
    }
  }
}
