import Datasets
import Numerics
import Testing

@Suite("A stratified split")
struct StratifiedSplitTests {
  private func fractions(_ training: Double, _ validation: Double, _ test: Double) throws -> SplitFractions {
    try SplitFractions(training: training, validation: validation, test: test)
  }

  /// Labels of classes of the given sizes, shuffled.
  private func labels(_ sizes: [Int], seed: UInt64 = 1) -> [Int32] {
    var labels = sizes.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) }
    var stream = RandomStream(seed: seed, purpose: "labels")
    stream.shuffle(&labels)
    return labels
  }

  @Test("of the digits has the sizes of the fractions, in all and in each class")
  func digits() throws {
    let digits = try BuiltInDataset.digits.load()
    let split = try StratifiedSplit(
      labels: digits.labels, classCount: 10, fractions: fractions(0.6, 0.2, 0.2), seed: 7)
    // 1078.2, 359.4 and 359.4; the validation part gets the sample left over.
    #expect(split.training.count == 1078)
    #expect(split.validation.count == 360)
    #expect(split.test.count == 359)
  }

  @Test("is disjoint, complete and ascending, rounds each class's share, and meets the sizes")
  func properties() throws {
    var stream = RandomStream(seed: 2, purpose: "sizes")
    for round in 0..<400 {
      // At least 20 samples a class and at least 0.05 a part: every share is one sample at least.
      let sizes = (0..<(1 + stream.integer(below: 12))).map { _ in 20 + stream.integer(below: 60) }
      let validation = Double(1 + stream.integer(below: 8)) * 0.05
      let test = round % 4 == 0 ? 0 : Double(1 + stream.integer(below: 9)) * 0.05
      let shares = [1 - validation - test, validation, test]
      let labels = labels(sizes, seed: UInt64(round))
      let split = try StratifiedSplit(
        labels: labels, classCount: sizes.count, fractions: fractions(shares[0], shares[1], shares[2]),
        seed: UInt64(round))
      let parts = [split.training, split.validation, split.test]
      #expect(parts.flatMap { $0 }.sorted() == Array(labels.indices))
      for (part, share) in zip(parts, shares) {
        #expect(part == part.sorted())
        #expect(abs(Double(part.count) - share * Double(labels.count)) < 1)
        #expect(share > 0 || part.isEmpty)
        for (label, size) in sizes.enumerated() {
          let count = part.count { labels[$0] == label }
          #expect(abs(Double(count) - share * Double(size)) < 1)
        }
      }
    }
  }

  @Test("meets a share exactly where it is a whole number of samples, whatever the fractions' rounding")
  func wholeShares() throws {
    let sizes = [100, 300, 700]
    let labels = labels(sizes)
    for validation in 1...60 {
      let test = (validation * 7) % 39 + 1
      let percent = [100 - validation - test, validation, test]
      let split = try StratifiedSplit(
        labels: labels, classCount: 3,
        fractions: fractions(Double(percent[0]) / 100, Double(percent[1]) / 100, Double(percent[2]) / 100),
        seed: 1)
      for (part, share) in zip([split.training, split.validation, split.test], percent) {
        #expect(
          sizes.indices.map { label in part.count { labels[$0] == label } } == sizes.map { $0 / 100 * share })
      }
    }
  }

  @Test("depends on the seed alone, and another seed gives another split")
  func determinism() throws {
    let labels = labels([50, 60, 70])
    func split(_ seed: UInt64) throws -> StratifiedSplit {
      try StratifiedSplit(labels: labels, classCount: 3, fractions: fractions(0.5, 0.25, 0.25), seed: seed)
    }
    let (first, again, other) = (try split(1), try split(1), try split(2))
    #expect(first == again)
    #expect(first.test != other.test)
  }

  @Test("is frozen: a study recorded once can be repeated")
  func golden() throws {
    // Two, three and five of ten samples of each class, by an independent implementation in Python.
    let split = try StratifiedSplit(
      labels: (0..<20).map { Int32($0 % 2) }, classCount: 2, fractions: fractions(0.5, 0.3, 0.2), seed: 7)
    #expect(split.training == [1, 3, 4, 6, 9, 11, 12, 13, 14, 18])
    #expect(split.validation == [0, 2, 5, 16, 17, 19])
    #expect(split.test == [7, 8, 10, 15])
  }

  @Test("takes each sample into the test part equally often")
  func fairness() throws {
    var counts = [Int](repeating: 0, count: 40)
    for seed in 0..<4_000 {
      let split = try StratifiedSplit(
        labels: (0..<40).map { Int32($0 % 2) }, classCount: 2, fractions: fractions(0.5, 0.25, 0.25),
        seed: UInt64(seed))
      for sample in split.test { counts[sample] += 1 }
    }
    // 1000 expected, deviation 27.4; five deviations.
    #expect(counts.allSatisfy { abs($0 - 1000) < 137 })
  }

  @Test("keeps the test part but for a sample a class when training and validation trade samples")
  func stableTestPart() throws {
    let sizes = [33, 47, 52, 61]
    let labels = labels(sizes)
    let first = try StratifiedSplit(
      labels: labels, classCount: 4, fractions: fractions(0.6, 0.2, 0.2), seed: 3)
    for training in [0.5, 0.55, 0.65, 0.7] {
      let other = try StratifiedSplit(
        labels: labels, classCount: 4, fractions: fractions(training, 0.8 - training, 0.2), seed: 3)
      for label in sizes.indices {
        let change = Set(first.test).symmetricDifference(other.test).count { labels[$0] == label }
        #expect(change <= 1)
      }
    }
  }

  @Test("gives every class to every part, however small its share")
  func smallClasses() throws {
    for sizes in [[3, 500], [3, 3, 3], [4, 3, 200, 5]] {
      let labels = labels(sizes)
      let split = try StratifiedSplit(
        labels: labels, classCount: sizes.count, fractions: fractions(0.9, 0.05, 0.05), seed: 1)
      for part in [split.training, split.validation, split.test] {
        #expect(Set(part.map { labels[$0] }).count == sizes.count)
      }
      #expect(split.training.count + split.validation.count + split.test.count == labels.count)
    }
  }

  @Test("leaves a part without a share empty")
  func emptyParts() throws {
    let split = try StratifiedSplit(
      labels: [0, 1, 0, 1], classCount: 2, fractions: fractions(1, 0, 0), seed: 1)
    #expect(split.training == [0, 1, 2, 3])
    #expect(split.validation.isEmpty && split.test.isEmpty)
  }

  @Test("refuses a class with fewer samples than parts")
  func tooFewSamples() throws {
    let error = try #require(throws: DatasetError.self) {
      try StratifiedSplit(
        labels: [0, 0, 0, 1, 1], classCount: 2, fractions: fractions(0.6, 0.2, 0.2), seed: 1)
    }
    #expect(error == .tooFewSamples(class: 1, count: 2, needed: 3))
    #expect(
      "\(error)" == "class 1: expected at least 3 samples, one for each part of the split, got 2")
    #expect(throws: DatasetError.tooFewSamples(class: 2, count: 0, needed: 1)) {
      try StratifiedSplit(labels: [0, 1], classCount: 3, fractions: fractions(1, 0, 0), seed: 1)
    }
  }

  @Test("refuses a label that is no class", arguments: [-1, 2, Int32.max])
  func badLabel(label: Int32) throws {
    #expect(throws: DatasetError.labelOutOfRange(label: label, sample: 1, classCount: 2)) {
      try StratifiedSplit(labels: [0, label], classCount: 2, fractions: fractions(1, 0, 0), seed: 1)
    }
  }

  @Test(
    "refuses fractions that are negative, not a number, without training, or do not add up to 1",
    arguments: [
      (0.6, 0.2, 0.1), (0.6, 0.3, 0.2), (1.2, -0.1, -0.1), (0, 0.5, 0.5), (.nan, 0.5, 0.5), (0.5, .nan, 0.5),
      (.infinity, 0, 0), (0.5, .infinity, -.infinity),
    ])
  func badFractions(training: Double, validation: Double, test: Double) {
    #expect(throws: DatasetError.self) { try fractions(training, validation, test) }
  }

  @Test("takes fractions that add up to 1 but for rounding")
  func roundedFractions() throws {
    #expect(try fractions(0.7, 0.2, 0.1).training == 0.7)
    #expect(try fractions(1.0 / 3, 1.0 / 3, 1.0 / 3).test == 1.0 / 3)
  }
}
