import Datasets
import Foundation
import Testing

@Suite("A reference to a data set")
struct DatasetReferenceTests {
  static let sources: [DatasetReference.Source] =
    BuiltInDataset.allCases.map { .builtIn($0) } + [
      .teacher(TeacherDataset(noise: 0.1, seed: .max)), .spirals(SpiralsDataset(turns: 2)),
      .glyphs(GlyphsDataset(jitter: 0.2)), .friedman(FriedmanDataset(values: 7)),
      .csv(CSVSource(path: "a.csv", target: .name("y"), header: true, separator: .tab)),
      .npy(NPYSource(path: "x.npy", labels: "y.npy")), .npz(NPZSource(path: "a.npz", labels: "z")),
      .idx(IDXSource(path: "x.gz", labels: "y.gz")), .cifar(CIFARSource(paths: ["a", "b"], labels: .coarse)),
    ]

  @Test("survives being written as JSON and read again", arguments: sources)
  func json(source: DatasetReference.Source) throws {
    let reference = DatasetReference(
      source, test: .csv(CSVSource(path: "t.csv")), task: .regression, classes: 3, shape: [2, 3], kind: .image
    )
    let copy = try JSONDecoder().decode(DatasetReference.self, from: JSONEncoder().encode(reference))
    #expect(copy == reference)
  }

  @Test("has a short name")
  func summaries() {
    #expect(
      Self.sources.map { DatasetReference($0).summary } == [
        "digits", "breast-cancer", "teacher", "spirals", "glyphs", "friedman", "a.csv", "x.npy", "a.npz",
        "x.gz",
        "cifar100",
      ])
    #expect(DatasetReference(.csv(CSVSource(path: "/data/a b.csv"))).summary == "a b.csv")
    #expect(
      DatasetReference.names == ["digits", "breast-cancer", "teacher", "spirals", "glyphs", "friedman"])
  }

  @Test("loads the built-in data sets, digits as images")
  func builtIn() throws {
    let digits = try DatasetReference(.builtIn(.digits)).load()
    #expect(digits.count == 1797 && digits.sampleShape == [8, 8, 1] && digits.kind == .image)
  }

  @Test("may give samples another shape of as many values, and another way to be standardised")
  func shape() throws {
    let flat = try DatasetReference(.builtIn(.digits), shape: [64]).load()
    #expect(flat.sampleShape == [64] && flat.kind == .table)
    #expect(try DatasetReference(.builtIn(.digits), shape: [64], kind: .image).load().kind == .image)
    #expect(try DatasetReference(.builtIn(.digits), kind: .table).load().kind == .table)
    for wrong in [[63], [], [-8, -8], [8, 8, 0], [Int.max, 2]] {
      #expect(
        outcome { try DatasetReference(.builtIn(.digits), shape: wrong).load() }
          == "shape: expected a shape of 64 values, as [8, 8, 1] has, got \(wrong)")
    }
  }

  @Test("may be loaded once and for all")
  func once() throws {
    try withTemporaryDirectory { folder in
      let path = try folder.file("once.csv", "1,a\n2,b\n")
      let reference = DatasetReference(.csv(CSVSource(path: path)))
      #expect(try reference.loadOnce().count == 2)
      _ = try folder.file("once.csv", "1,a\n2,b\n3,a\n")
      #expect(try reference.load().count == 3)
    }
  }

  @Test("has a test part apart only where both are files")
  func testFiles() throws {
    let expected = "test: only files have a test part apart, and it is of files too"
    try withTemporaryDirectory { folder in
      let table = DatasetReference.Source.csv(CSVSource(path: try folder.file("t.csv", "1,a\n2,b\n")))
      #expect(outcome { try DatasetReference(table, test: .builtIn(.digits)).load() } == expected)
      #expect(outcome { try DatasetReference(.builtIn(.digits), test: table).load() } == expected)
      #expect(try DatasetReference(table, test: table).load().ownTestCount == 2)
    }
  }
}
