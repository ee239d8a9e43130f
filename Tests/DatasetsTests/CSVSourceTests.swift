import DataFileBytes
import Datasets
import Foundation
import Testing

@Suite("A CSV file of the user's")
struct CSVSourceTests {
  private func load(
    _ text: String, _ change: (inout CSVSource) -> Void = { _ in }, task: DatasetReference.Task? = nil,
    classes: Int? = nil
  ) throws -> Dataset {
    try withTemporaryDirectory { folder in
      var source = CSVSource(path: try folder.file("data.csv", text))
      change(&source)
      return try DatasetReference(.csv(source), task: task, classes: classes).load()
    }
  }

  private func message(
    _ text: String, _ change: (inout CSVSource) -> Void = { _ in }, task: DatasetReference.Task? = nil,
    classes: Int? = nil
  ) -> String {
    let text = outcome { try load(text, change, task: task, classes: classes) }
    return text.range(of: "data.csv").map { String(text[$0.lowerBound...]) } ?? text
  }

  @Test(
    "is read with or without a header, with any separator, quotes, line ends, blanks and a byte order mark",
    arguments: [
      "1,2,a\n3,-4.5,b\n5,6,a\n", "x,y,kind\n1,2,a\n3,-4.5,b\n5,6,a", "1;2;a\r\n3;-4.5;b\r\n5;6;a\r\n\r\n",
      "1\t2\ta\n3\t-4.5\tb\n5\t6\ta\n", "\"x\",\"y\",\"kind\"\n1,2,\"a\"\n\"3\",-4.5,b\n5,6,a\n",
      "\u{feff}x, y ,kind\n 1 ,2, a\n3,-45e-1,b \n5,6,a\n\n", "\"x;1\";y;z\n1;2;a\n3;-4.5;b\n5;6;a\n",
      "\"two\nlines\",\"a \"\"b\"\"\",c\n1,2,a\n3,-4.5,b\n5,6,a\n",
    ])
  func layouts(text: String) throws {
    let data = try load(text)
    #expect(data.features == [1, 2, 3, -4.5, 5, 6])
    #expect(data.labels == [0, 1, 0])
    #expect(data.classNames == ["a", "b"])
    #expect(data.task == .classification(classes: 2))
    #expect(data.sampleShape == [2] && data.kind == .table && data.name == "data.csv")
  }

  @Test("takes the target from the column that a name or a number says")
  func target() throws {
    let text = "kind,x,y\nb,1,2\na,3,4\n"
    for target in [CSVSource.TargetColumn.name("kind"), .number(1)] {
      let data = try load(text) { $0.target = target }
      #expect(data.features == [1, 2, 3, 4] && data.labels == [1, 0])
    }
    #expect(try load("1,b,2\n3,a,4\n") { $0.target = .number(2) }.labels == [1, 0])
    // A name decides that there is a header, even one that looks like numbers.
    let years = try load("2019,2020\n1,7.5\n2,8.5\n") { $0.target = .name("2019") }
    #expect(years.features == [7.5, 8.5] && years.labels == [0, 1])
  }

  @Test("takes the first row as the header says, where the header says it")
  func header() throws {
    #expect(try load("1,2\n3,4\n5,6\n").count == 3)
    #expect(try load("1,2\n3,4\n5,6\n") { $0.header = true }.count == 2)
    #expect(
      message("x,y\n3,4\n") { $0.header = false }
        == "data.csv:1:1: column '1': expected a number, got 'x'; if this row holds the columns' names, say header: true"
    )
  }

  @Test("sorts classes: numbers by value, texts by their bytes")
  func classes() throws {
    let numbers = try load("0,10\n0,9\n0,-1\n0,9.0\n")
    #expect(numbers.labels == [2, 1, 0, 1] && numbers.classNames == ["-1", "9", "10"])
    let texts = try load("0,b\n0,B\n0,ä\n0,10\n0,9\n")
    #expect(texts.labels == [3, 2, 4, 0, 1] && texts.classNames == ["10", "9", "B", "b", "ä"])
    #expect(try load("0,1\n0,3\n", classes: 5).classCount == 5)
    #expect(message("0,1\n0,5\n", classes: 5) == "data.csv: sample 2: expected a class from 0 to 4, got 5")
    #expect(
      message("0,1\n0,0.5\n", classes: 5) == "data.csv: sample 2: expected a class from 0 to 4, got 0.5")
    #expect(message("0,7\n0,7\n") == "data.csv: expected at least two classes, got 1")
  }

  @Test("is a regression where the target has fractions or it is said so")
  func regression() throws {
    let fractions = try load("1,0.5\n2,7\n")
    #expect(fractions.task == .regression && fractions.targets == [0.5, 7] && fractions.labels.isEmpty)
    #expect(try load("1,3\n2,7\n", task: .regression).targets == [3, 7])
    #expect(try load("1,0.5\n2,7\n", task: .classification).labels == [0, 1])
    let many = (0...100).map { "0,\($0)" }.joined(separator: "\n")
    #expect(
      message(many)
        == "data.csv: the target has 101 different whole numbers; say task: classification or task: regression"
    )
    #expect(try load(many, task: .regression).task == .regression)
    #expect(try load(many, task: .classification).classCount == 101)
    #expect(
      message("1,3\n2,x\n", task: .regression)
        == "data.csv:2:3: target: a regression needs a target of numbers, got 'x'")
  }

  @Test("says which field is wrong and what to do")
  func errors() {
    #expect(
      message("a,b,c\n1,red,x\n")
        == "data.csv:2:3: column 'b': expected a number, got 'red'; all columns but the target must be numbers"
    )
    #expect(
      message("1,2,x\n1,,x\n")
        == "data.csv:2:3: column '2': expected a number, got an empty field; fill in missing values or leave the row out"
    )
    #expect(
      message("1,2,x\n1,NaN,x\n")
        == "data.csv:2:3: column '2': expected a number, got 'NaN'; fill in missing values or leave the row out"
    )
    #expect(message("NaN,2,x\n").hasPrefix("data.csv:1:1: column '1': expected a number, got 'NaN'"))
    #expect(
      message("1,1e39,x\n") == "data.csv:1:3: column '2': expected a number up to 3.4028235e+38, got '1e39'")
    #expect(message("1,2,x\n1,2\n") == "data.csv:2:3: expected 3 values in a row, got 2")
    #expect(message("1,2,x\n1,2,x,4\n") == "data.csv:2:7: expected 3 values in a row, got 4")
    #expect(message("1,2,x\n\n1,2,x\n") == "data.csv:2:1: expected 3 values in a row, got 1")
    #expect(message("1,2,\n3,4,x\n") == "data.csv:1:5: expected the target's value, got an empty field")
    #expect(
      message("1,0\n2,NaN\n3,1\n")
        == "data.csv:2:3: target: expected a finite number as in other rows, got 'NaN'"
    )
    #expect(message("1,\"2\n3,4\n") == "data.csv:1:3: the quote has no end")
    #expect(
      message("1,\"2\"x,3\n")
        == "data.csv:1:6: expected the end of the field behind the closing quote; write a quote inside a field twice"
    )
    #expect(message("1\n2\n").hasPrefix("data.csv:1:1: expected at least two columns"))
    #expect(
      message("x,y\n1,2\n") { $0.target = .name("z") }
        == "data.csv:1:1: target: no column is called 'z'; the columns are 'x', 'y'")
    #expect(
      message("x,x\n1,2\n") { $0.target = .name("x") } == "data.csv:1:3: target: two columns are called 'x'")
    #expect(
      message("1,2\n3,4\n") { $0.target = .number(3) }
        == "data.csv:1:1: target: expected a column from 1 to 2, got 3")
  }

  @Test("without a row of values is refused", arguments: ["", "\n", "\u{feff}"])
  func empty(text: String) {
    #expect(message(text) == "data.csv: expected rows of numbers, got an empty file")
  }

  @Test("with names alone is refused as such")
  func namesAlone() {
    #expect(
      message("x,y\n") == "data.csv:1:1: expected rows of values below the columns' names, got none")
  }

  @Test(
    "with a class that is missing is refused with its line",
    arguments: ["NA", "nan", "N/A", "NULL", "?", "\"NaN\""])
  func missingClass(text: String) {
    let name = text.replacing("\"", with: "")
    #expect(
      message("x,y\n1,a\n2,b\n3,\(text)\n")
        == "data.csv:4:3: target: expected a class, got '\(name)'; fill in missing values or leave the row out, and "
        + "write a class of that name in another way")
  }

  @Test("may have classes called none or -")
  func unusualClasses() throws {
    #expect(try load("1,none\n2,mild\n3,-\n").classNames == ["-", "mild", "none"])
  }

  @Test("with a target that cannot be learnt is refused with the reason")
  func targetsOutOfRange() {
    #expect(
      message("1,0.5\n2,1.28818e307\n")
        == "data.csv:2:3: target: expected a number up to 3.4028235e+38, got '1.28818e307'; divide the column by a "
        + "constant")
    #expect(
      message("1,1e300\n2,2e300\n", task: .regression)
        == "data.csv:1:3: target: expected a number up to 3.4028235e+38, got '1e300'; divide the column by a constant"
    )
    #expect(
      message("1,1.5e-300\n2,2e-300\n")
        == "data.csv: target: expected numbers that differ by 1e-30 at least, got 1.5e-300 to 2e-300; multiply them by "
        + "a constant")
    #expect(
      message("1,1e18\n2,1000000000000000128\n", task: .regression)
        == "data.csv: target: expected numbers that double precision tells apart, got 1e+18 to 1.0000000000000001e+18; "
        + "subtract a constant from them, or leave them out")
    #expect(
      message("1,2\n2,red\n", task: .regression)
        == "data.csv:2:3: target: a regression needs a target of numbers, got 'red'")
  }

  @Test("keeps what tells large numbers apart")
  func largeNumbers() throws {
    let rows = (0..<40).map { "\(1_700_000_000 + 20 * $0),3,\(1_000_000_000 + 10 * $0).5\n" }
    let data = try load("time,constant,y\n" + rows.joined())
    #expect(data.featureOrigins == [1.7e9, 0])
    let features: [Float] = (0..<40).flatMap { [20 * Float($0), 3] }
    let targets: [Double] = (0..<40).map { 1e9 + 10 * Double($0) + 0.5 }
    #expect(data.features == features && data.targets == targets)
    // Numbers that a Float tells apart keep their bits.
    #expect(try load("0.1,1e9,a\n5,-2e9,b\n").featureOrigins.isEmpty)
    #expect(
      message("x,y\n1e-40,a\n2e-40,b\n")
        == "data.csv: column 'x': expected numbers that differ by 1e-30 at least, got 1e-40 to 2e-40; multiply them by "
        + "a constant")
  }

  @Test("may be packed by gzip")
  func gzip() throws {
    // gzip.compress(b"1,2,a\n3,4,b\n", mtime=0) of Python 3
    let packed = Data(base64Encoded: "H4sIAAAAAAACAzPUMdJJ5DLWMdFJ4gIAgvrytwwAAAA=") ?? Data()
    try withTemporaryDirectory { folder in
      let path = try folder.file("data.csv.gz", Array(packed))
      let data = try DatasetReference(.csv(CSVSource(path: path))).load()
      #expect(data.features == [1, 2, 3, 4] && data.classNames == ["a", "b"])
    }
  }

  @Test("packed by gzip twice is refused as such")
  func gzipInGzip() throws {
    try withTemporaryDirectory { folder in
      let path = try folder.file("data.csv.gz", gzipped(gzipped(Array("1,2,a\n3,4,b\n".utf8))))
      #expect(
        outcome { try DatasetReference(.csv(CSVSource(path: path))).load() }
          == "\(path): byte 0: a gzip file that holds another gzip file; unpack it once with gunzip")
    }
  }

  @Test("may have a test part of its own, whose classes are those of the training part")
  func testPart() throws {
    try withTemporaryDirectory { folder in
      let training = try folder.file("train.csv", "x,y\n1,b\n2,a\n")
      func load(_ text: String) throws -> Dataset {
        try DatasetReference(
          .csv(CSVSource(path: training)), test: .csv(CSVSource(path: folder.file("test.csv", text)))
        ).load()
      }
      let data = try load("x,y\n7,b\n8,b\n9,b\n")
      #expect(data.labels == [1, 0, 1, 1, 1] && data.features == [1, 2, 7, 8, 9] && data.ownTestCount == 3)
      #expect(
        outcome { try load("x,y\n7,c\n") }.hasSuffix(
          "test.csv: sample 1: expected a class that the training part has too, got 'c'"))
      #expect(
        outcome { try load("x,y,z\n7,1,b\n") }.hasSuffix(
          "test.csv:1:1: expected the columns of train.csv, which has no 'z'; leave it out"))
    }
  }

  @Test("has its test part's columns matched by name")
  func columnsOfTestPart() throws {
    try withTemporaryDirectory { folder in
      let training = try folder.file("train.csv", "a,b,kind\n1700000000,2,x\n1700000020,4,y\n")
      func load(_ text: String, target: CSVSource.TargetColumn = .last) throws -> Dataset {
        try DatasetReference(
          .csv(CSVSource(path: training, target: target)),
          test: .csv(CSVSource(path: folder.file("test.csv", text), target: target))
        ).load()
      }
      func message(_ text: String) -> String {
        outcome { try load(text) }.components(separatedBy: "/").last ?? ""
      }
      // Origins are those of the training part.
      for target in [CSVSource.TargetColumn.last, .name("kind"), .number(3)] {
        let data = try load("kind,b,a\ny,7,1700000040\n", target: target)
        #expect(data.featureOrigins == [1.7e9, 0] && data.features == [0, 2, 20, 4, 40, 7])
        #expect(data.labels == [0, 1, 1] && data.targetName == "kind")
      }
      #expect(
        message("kind,b\nx,7\n") == "test.csv:1:1: expected the columns of train.csv, but 'a' is missing")
      #expect(
        message("kind,b,a,c,d\nx,7,8,9,1\n")
          == "test.csv:1:1: expected the columns of train.csv, which has no 'c', 'd'; leave them out")
      #expect(
        message("a,a,kind,b\n1,2,x,3\n")
          == "test.csv:1:1: expected the columns of train.csv in the same order, since a name stands there or here more "
          + "than once")
      // Without names there is only the order.
      #expect(try load("1700000060,8,x\n").features == [0, 2, 20, 4, 60, 8])
      #expect(message("8,x\n") == "test.csv:1:1: expected 3 columns, as train.csv has, got 2")
    }
  }
}
