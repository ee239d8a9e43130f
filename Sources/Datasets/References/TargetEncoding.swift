/// How what stands in files becomes classes or numbers to be predicted; one for all parts of a data set.
enum TargetEncoding {
  /// Whole numbers of so many different values are taken for classes without being asked.
  static let largestImpliedClassCount = 100
  /// More different values than this are no classes.
  static let largestClassCount = 10_000

  case numbers
  /// For each number or text its class.
  case classesOfNumbers([Double: Int32], names: [String])
  case classesOfTexts([String: Int32], names: [String])
  /// Whole numbers from 0, so many.
  case fixedClasses(Int)

  /// The encoding that fits the samples.
  ///
  /// - Parameters:
  ///   - samples: those that the classes are taken from: without a test part of its own.
  ///   - task: what is to be learnt, where it was said.
  ///   - classCount: the number of classes, where it was said.
  init(
    _ samples: RawSamples, task: DatasetReference.Task?, classCount: Int?
  ) throws(DatasetError) {
    if task == .regression {
      guard case .numbers(let numbers) = samples.target else { throw Self.textError(samples) }
      try Self.checkRange(numbers, in: samples)
      self = .numbers
      return
    }
    if let count = classCount ?? samples.classCount {
      guard case .numbers = samples.target else {
        throw .unexpectedShape(
          file: samples.name,
          problem: "expected classes written as 0 to \(count - 1), got texts; leave out classes")
      }
      self = .fixedClasses(count)
      return
    }
    switch samples.target {
    case .texts(_, let texts):
      try Self.check(texts.count, in: samples)
      let names = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      self = .classesOfTexts(Self.positions(names), names: names)
    case .numbers(let numbers):
      let values = Set(numbers).sorted()
      if task == nil {
        guard values.allSatisfy({ $0 == $0.rounded() }) else {
          try Self.checkRange(numbers, in: samples)
          self = .numbers
          return
        }
        guard values.count <= Self.largestImpliedClassCount else {
          throw .unexpectedShape(
            file: samples.name,
            problem: "the target has \(values.count) different whole numbers; say task: classification or "
              + "task: regression")
        }
      }
      try Self.check(values.count, in: samples)
      self = .classesOfNumbers(Self.positions(values), names: values.map(Self.name))
    }
  }

  /// The samples as a data set.
  func dataset(_ samples: RawSamples, name: String) throws(DatasetError) -> Dataset {
    let kind: Dataset.Kind = samples.sampleShape.count == 1 ? .table : .image
    let source = "the user's file \(samples.name)"
    if case .numbers = self {
      guard case .numbers(let numbers) = samples.target else { throw Self.textError(samples) }
      if let index = numbers.firstIndex(where: { !Float($0).isFinite }) {
        throw .unexpectedShape(
          file: samples.name,
          problem: "sample \(index + 1): expected a number up to \(Float.greatestFiniteMagnitude), got "
            + "\(numbers[index])")
      }
      var dataset = Dataset(
        name: name, features: samples.features, targets: numbers, sampleShape: samples.sampleShape,
        kind: kind, source: source)
      dataset.describe(samples)
      return dataset
    }
    var dataset = Dataset(
      name: name, features: samples.features, labels: try labels(samples),
      classCount: names?.count ?? fixedCount,
      sampleShape: samples.sampleShape, kind: kind, source: source)
    dataset.classNames = names ?? []
    dataset.describe(samples)
    return dataset
  }

  private var names: [String]? {
    switch self {
    case .classesOfNumbers(_, let names), .classesOfTexts(_, let names): names
    case .numbers, .fixedClasses: nil
    }
  }

  private var fixedCount: Int { if case .fixedClasses(let count) = self { count } else { 0 } }

  private func labels(_ samples: RawSamples) throws(DatasetError) -> [Int32] {
    var labels: [Int32] = []
    switch samples.target {
    case .numbers(let numbers):
      labels.reserveCapacity(numbers.count)
      for (sample, number) in numbers.enumerated() {
        guard let label = label(of: number) else {
          throw unknown(Self.name(number), sample: sample, in: samples)
        }
        labels.append(label)
      }
    case .texts(let codes, let texts):
      let known = texts.map { label(of: $0) }
      labels.reserveCapacity(codes.count)
      for (sample, code) in codes.enumerated() {
        guard let label = known[Int(code)] else {
          throw unknown(Excerpt.quote(texts[Int(code)]), sample: sample, in: samples)
        }
        labels.append(label)
      }
    }
    return labels
  }

  private func label(of number: Double) -> Int32? {
    switch self {
    case .fixedClasses(let count):
      guard let label = Int32(exactly: number), label >= 0, label < count else { return nil }
      return label
    case .classesOfNumbers(let classes, _): return classes[number]
    case .classesOfTexts(let classes, _):
      // A test part may happen to have only those classes whose names are numbers.
      return Int(exactly: number).flatMap { classes[String($0)] } ?? classes[Self.name(number)]
    case .numbers: return nil
    }
  }

  private func label(of text: String) -> Int32? {
    if case .classesOfTexts(let classes, _) = self { return classes[text] }
    return nil
  }

  private func unknown(_ value: String, sample: Int, in samples: RawSamples) -> DatasetError {
    let expected =
      if case .fixedClasses(let count) = self {
        "a class from 0 to \(count - 1)"
      } else {
        "a class that the training part has too"
      }
    return .unexpectedShape(
      file: samples.name, problem: "sample \(sample + 1): expected \(expected), got \(value)")
  }

  private static func check(_ count: Int, in samples: RawSamples) throws(DatasetError) {
    guard count >= 2 else {
      throw .unexpectedShape(file: samples.name, problem: "expected at least two classes, got \(count)")
    }
    guard count <= largestClassCount else {
      throw .unexpectedShape(
        file: samples.name,
        problem: "the target has \(count) different values; more than \(largestClassCount) are no classes")
    }
  }

  private static func checkRange(_ numbers: [Double], in samples: RawSamples) throws(DatasetError) {
    var range = NumberRange()
    for number in numbers { range.note(number) }
    if let problem = range.problem {
      throw .unexpectedShape(file: samples.name, problem: "target: \(problem)")
    }
  }

  private static func positions<Value: Hashable>(_ values: [Value]) -> [Value: Int32] {
    Dictionary(uniqueKeysWithValues: zip(values, Int32(0)...))
  }

  private static func name(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private static func textError(_ samples: RawSamples) -> DatasetError {
    samples.textAmongTargets
      ?? .unexpectedShape(file: samples.name, problem: "a regression needs a target of numbers")
  }
}

extension Dataset {
  /// Takes over what a file says besides values.
  fileprivate mutating func describe(_ samples: RawSamples) {
    featureOrigins = samples.origins
    targetName = samples.header.map { $0.names[$0.target] }
  }
}
