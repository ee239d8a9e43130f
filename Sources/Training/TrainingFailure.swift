import NeuralNetworks

/// Why a training has no outcome, with the place and the remedy.
public enum TrainingFailure: Error, Hashable, Sendable {
  /// The loss became infinite or not a number.
  case diverged(epoch: Int, loss: Double)
  /// The architecture cannot be built, or not for these classes.
  case architecture(ArchitectureError)
  /// A hyperparameter is out of its range.
  case hyperparameter(name: String, value: String, expected: String)
  /// The architecture is for samples of another shape than the data's.
  case sampleShape(architecture: [Int], data: [Int])
  /// A part of the data has no samples.
  case emptyPart(String)
  /// A part of the data has not as many feature values as its samples' shape asks for.
  case featureCount(part: String, expected: Int, found: Int)
  /// A label is not in 0 ..< classes.
  case label(part: String, sample: Int, label: Int, classCount: Int)
  /// A value that an embedding takes is no whole number in 0 ..< vocabulary.
  case name(part: String, sample: Int, value: String, vocabulary: Int)
  /// A number to be predicted is infinite or not a number.
  case target(part: String, sample: Int, value: String)
  /// A part of a regression has not a number for each sample, or one of a classification not a label.
  case noTargets(part: String, task: String)
}

extension TrainingFailure: CustomStringConvertible {
  /// The place, what was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .diverged(let epoch, let loss):
      "epoch \(epoch): expected a finite loss, got \(loss.isNaN ? "NaN" : "\(loss)"); lower the learning rate"
    case .architecture(let error):
      error.description
    case .hyperparameter(let name, let value, let expected):
      "\(name): expected \(expected), got \(value)"
    case .sampleShape(let architecture, let data):
      "sample shape: expected \(data) as in the data, got \(architecture); set the architecture's sample shape"
    case .emptyPart(let part):
      "\(part) part: expected at least one sample, got none; give it a larger share of the split"
    case .featureCount(let part, let expected, let found):
      "\(part) part: expected \(expected) feature values, got \(found); prepare the data anew"
    case .label(let part, let sample, let label, let classCount):
      "\(part) part, sample \(sample): expected a label in 0 ..< \(classCount), got \(label); correct the label"
    case .name(let part, let sample, let value, let vocabulary):
      "\(part) part, sample \(sample): an embedding expected whole numbers in 0 ..< \(vocabulary), got \(value); "
        + "enlarge the vocabulary, or write the columns' values as 0, 1, 2, …"
    case .target(let part, let sample, let value):
      "\(part) part, sample \(sample): expected a finite target, got \(value); correct the target"
    case .noTargets(let part, let task):
      "\(part) part: expected what a \(task) is to learn for each sample; prepare the data anew"
    }
  }
}

extension TrainingFailure: Codable {
  /// The cases with a loss that JSON can hold, which knows no infinity.
  private enum Form: Codable {
    case diverged(epoch: Int, loss: String)
    case architecture(ArchitectureError)
    case hyperparameter(name: String, value: String, expected: String)
    case sampleShape(architecture: [Int], data: [Int])
    case emptyPart(String)
    case featureCount(part: String, expected: Int, found: Int)
    case label(part: String, sample: Int, label: Int, classCount: Int)
    case name(part: String, sample: Int, value: String, vocabulary: Int)
    case target(part: String, sample: Int, value: String)
    case noTargets(part: String, task: String)
  }

  /// Reads a failure; a loss is the text of a number, `"nan"` and `"inf"` among them.
  public init(from decoder: any Decoder) throws {
    switch try Form(from: decoder) {
    case .diverged(let epoch, let text):
      guard let loss = Double(text) else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "loss: expected a number, got \(text)"))
      }
      self = .diverged(epoch: epoch, loss: loss)
    case .architecture(let error): self = .architecture(error)
    case .hyperparameter(let name, let value, let expected):
      self = .hyperparameter(name: name, value: value, expected: expected)
    case .sampleShape(let architecture, let data): self = .sampleShape(architecture: architecture, data: data)
    case .emptyPart(let part): self = .emptyPart(part)
    case .featureCount(let part, let expected, let found):
      self = .featureCount(part: part, expected: expected, found: found)
    case .label(let part, let sample, let label, let classCount):
      self = .label(part: part, sample: sample, label: label, classCount: classCount)
    case .name(let part, let sample, let value, let vocabulary):
      self = .name(part: part, sample: sample, value: value, vocabulary: vocabulary)
    case .target(let part, let sample, let value):
      self = .target(part: part, sample: sample, value: value)
    case .noTargets(let part, let task): self = .noTargets(part: part, task: task)
    }
  }

  /// Writes a failure; a loss is the text of a number.
  public func encode(to encoder: any Encoder) throws {
    let form: Form =
      switch self {
      case .diverged(let epoch, let loss): .diverged(epoch: epoch, loss: "\(loss)")
      case .architecture(let error): .architecture(error)
      case .hyperparameter(let name, let value, let expected):
        .hyperparameter(name: name, value: value, expected: expected)
      case .sampleShape(let architecture, let data): .sampleShape(architecture: architecture, data: data)
      case .emptyPart(let part): .emptyPart(part)
      case .featureCount(let part, let expected, let found):
        .featureCount(part: part, expected: expected, found: found)
      case .label(let part, let sample, let label, let classCount):
        .label(part: part, sample: sample, label: label, classCount: classCount)
      case .name(let part, let sample, let value, let vocabulary):
        .name(part: part, sample: sample, value: value, vocabulary: vocabulary)
      case .target(let part, let sample, let value): .target(part: part, sample: sample, value: value)
      case .noTargets(let part, let task): .noTargets(part: part, task: task)
      }
    try form.encode(to: encoder)
  }
}
