import Datasets
import Foundation
import Testing

@Suite("A built-in data set")
struct BuiltInDatasetTests {
  @Test(
    "has the shape, classes and size it is known to have without loading", arguments: BuiltInDataset.allCases)
  func knownShape(builtIn: BuiltInDataset) throws {
    let dataset = try builtIn.load()
    #expect(dataset.name == builtIn.rawValue)
    #expect(dataset.sampleShape == builtIn.sampleShape)
    #expect(dataset.classCount == builtIn.classCount)
    #expect(dataset.count == builtIn.sampleCount)
    #expect(dataset.kind == builtIn.kind)
    #expect(dataset.source == builtIn.source)
    #expect(dataset.source.contains("CC BY 4.0"))
    #expect(dataset.features.count == dataset.count * dataset.valuesPerSample)
    #expect(dataset.features.allSatisfy { $0.isFinite })
    #expect(Set(dataset.labels) == Set(0..<Int32(builtIn.classCount)))
  }

  @Test("digits holds the images and classes that numpy.loadtxt and numpy.bincount give")
  func digits() throws {
    let digits = try BuiltInDataset.digits.load()
    #expect(
      (0..<10).map { label in digits.labels.count { $0 == label } } == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
      ])
    #expect(digits.features.reduce(0) { $0 + Double($1) } == 561_718)
    #expect(digits.features.allSatisfy { (0...16).contains($0) && $0 == $0.rounded() })
    #expect(Array(digits.features[..<10]) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0])
    #expect(Array(digits.features[(1796 * 64)..<(1796 * 64 + 10)]) == [0, 0, 10, 14, 8, 1, 0, 0, 0, 2])
  }

  @Test("breast-cancer holds the measurements and classes that numpy.loadtxt and numpy.bincount give")
  func breastCancer() throws {
    let dataset = try BuiltInDataset.breastCancer.load()
    #expect((0..<2).map { label in dataset.labels.count { $0 == label } } == [212, 357])
    #expect(dataset.features[0] == 17.99)
    #expect(dataset.features[29] == 0.1189)
    #expect(Array(dataset.features[(568 * 30)..<(568 * 30 + 4)]) == [7.76, 24.54, 47.92, 181])
  }

  @Test("is found by the name that a config uses")
  func names() {
    #expect(BuiltInDataset.allCases.map(\.rawValue) == ["digits", "breast-cancer"])
  }

  // Without optimisation the byte loop is no measure of anything.
  #if !DEBUG
    @Test("loads in a few milliseconds", arguments: BuiltInDataset.allCases)
    func speed(builtIn: BuiltInDataset) throws {
      let clock = ContinuousClock()
      let fastest = try (0..<20).map { _ in try clock.measure { _ = try builtIn.load() } }.min() ?? .zero
      #expect(fastest < .milliseconds(5))
    }
  #endif

  @Test("that is missing says where it was searched and what to do")
  func missing() throws {
    try withTemporaryDirectory { directory in
      let error = try #require(throws: DatasetError.self) {
        try BuiltInDataset.digits.load(fromDirectory: directory.path)
      }
      #expect(error == .missingResource(file: "digits.csv", searched: [directory.path]))
      #expect("\(error)".contains(directory.path))
      #expect("\(error)".contains("beside the executable"))
    }
  }

  @Test("that lost rows, has a class too many or a bad number is refused")
  func damaged() throws {
    var lines = (0..<569).map { row in
      (0..<30).map { "\(row + $0)" }.joined(separator: ",") + ",\(row % 2)"
    }
    func load() throws -> Dataset {
      try withTemporaryDirectory { directory in
        let text = lines.joined(separator: "\n")
        try Data(text.utf8).write(to: directory.appendingPathComponent("breast-cancer.csv"))
        return try BuiltInDataset.breastCancer.load(fromDirectory: directory.path)
      }
    }
    func message() -> String {
      do { return "loaded \(try load().count)" } catch { return "\(error)" }
    }
    #expect(message() == "loaded 569")
    let last = lines.removeLast()
    #expect(
      message() == "breast-cancer.csv: expected 569 rows of 31 values, got 568 rows of 31")
    lines.append(String(last.dropLast()) + "2")
    #expect(message() == "breast-cancer.csv: row 569: expected a class from 0 to 1, got 2.0")
    lines[568] = String(last.dropLast()) + "0.5"
    #expect(message() == "breast-cancer.csv: row 569: expected a class from 0 to 1, got 0.5")
    lines[568] = "x" + last
    #expect(message() == "breast-cancer.csv:569:1: expected a number, got 'x568'")
  }
}
