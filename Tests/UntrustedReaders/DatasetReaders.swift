import DataFileBytes
import Datasets
import Foundation

extension UntrustedReader {
  /// A delimited text as a data set in several ways, as the test part of itself, and as a table of texts.
  static let csv = UntrustedReader(
    "csv", examples: ["a,b,kind\n1,2.5,x\n3,-4e-1,y\n1,2,x\n3,4,y\n", "a;\"b \"\"c\"\"\"\r\n1;2\r\n3;4\n"]
  ) { bytes in
    csvFile.write(bytes)
    let path = csvFile.path
    _ = try? DelimitedText(path: path)
    if let table = try? NumericTable(csv: bytes, file: "input.csv") {
      try require(table.values.allSatisfy(\.isFinite), "a table's numbers are finite")
    }
    let whole = DatasetReference.Source.csv(CSVSource(path: path))
    try load(DatasetReference(whole, test: whole))
    for source in [
      CSVSource(path: path, target: .number(1), header: false), CSVSource(path: path, separator: .semicolon),
      CSVSource(path: path, target: .name("kind"), header: true),
    ] { try load(DatasetReference(.csv(source))) }
  }

  /// An NPY file as the features of four samples, and as its own targets.
  static let npy = UntrustedReader(
    "npy",
    examples: [
      npyBytes(
        "<f4", [4, 2], bytes([0x3f80_0000, 0x4000_0000, 0x4040_0000, 0x4080_0000, 1, 2, 3, 4] as [UInt32])),
      npyBytes("|u1", [4], [0, 1, 0, 1]),
      npyBytes(">i8", [2, 2], bytes([1, 2, 3, 4] as [Int64], isBigEndian: true), isFortranOrder: true),
      npyBytes("<f8", [4, 1, 2], bytes((0..<8).map { (1e9 + Double($0)).bitPattern })),
    ]
  ) { bytes in
    npyFile.write(bytes)
    try load(DatasetReference(.npy(NPYSource(path: npyFile.path, labels: npyLabels.path))))
    try load(DatasetReference(.npy(NPYSource(path: npyFile.path, labels: npyFile.path)), task: .regression))
    try load(DatasetReference(.npy(NPYSource(path: npyLabels.path, labels: npyFile.path)), classes: 2))
  }

  /// An archive of NPY files.
  static let npz = UntrustedReader(
    "npz",
    examples: [
      zipBytes([
        ("x.npy", npyBytes("|u1", [4, 1], [1, 2, 3, 4])), ("y.npy", npyBytes("|u1", [4], [0, 1, 0, 1])),
      ])
    ]
  ) { bytes in
    npyFile.write(bytes)
    try load(DatasetReference(.npz(NPZSource(path: npyFile.path))))
    try load(DatasetReference(.npz(NPZSource(path: npyFile.path, features: "y", labels: "x"))))
  }

  /// An IDX file, packed or not, as four images and as labels.
  static let idx = UntrustedReader(
    "idx",
    examples: [
      idxBytes(8, [4, 2, 2], (0..<16).map { $0 }), idxBytes(8, [4], [0, 1, 2, 3]),
      idxBytes(13, [4], bytes([0, 0x3f80_0000, 0, 0x3f80_0000] as [UInt32], isBigEndian: true)),
      gzipped(idxBytes(8, [4, 2, 2], (0..<16).map { $0 })),
    ]
  ) { bytes in
    idxFile.write(bytes)
    try load(DatasetReference(.idx(IDXSource(path: idxFile.path, labels: idxLabels.path))))
    try load(DatasetReference(.idx(IDXSource(path: idxLabels.path, labels: idxFile.path))))
  }

  /// Records of CIFAR-10 and CIFAR-100.
  static let cifar = UntrustedReader(
    "cifar", largestInput: 6200,
    examples: [(0..<2).flatMap { [UInt8($0)] + [UInt8](repeating: 7, count: 3072) }]
  ) { bytes in
    idxFile.write(bytes)
    try load(DatasetReference(.cifar(CIFARSource(paths: [idxFile.path], labels: .cifar10))))
    try load(DatasetReference(.cifar(CIFARSource(paths: [idxFile.path, idxFile.path], labels: .coarse))))
  }

  private static let csvFile = MemoryFile()
  private static let npyFile = MemoryFile()
  private static let idxFile = MemoryFile()
  private static let npyLabels = MemoryFile(holding: npyBytes("|u1", [4], [0, 1, 0, 1]))
  private static let idxLabels = MemoryFile(holding: idxBytes(8, [4], [0, 1, 0, 1]))

  /// Loads a data set, and splits and standardises it where it is not refused.
  private static func load(_ reference: DatasetReference) throws(Contradiction) {
    guard let data = try? reference.load() else { return }
    try require(
      data.count > 0 && data.features.count == data.count * data.valuesPerSample, "samples are whole")
    try require(data.features.allSatisfy(\.isFinite), "features are finite")
    try require(data.targets.allSatisfy(\.isFinite), "targets are finite")
    try require(data.labels.allSatisfy { 0..<Int32(data.classCount) ~= $0 }, "labels are classes")
    try require(data.labels.isEmpty != data.targets.isEmpty, "there are labels or targets")
    guard let split = try? SplitFractions(training: 0.5, validation: 0.25, test: 0.25),
      let prepared = try? PreparedData(data, split: split, seed: 1)
    else { return }
    for part in [prepared.training, prepared.validation, prepared.test] {
      try require(part.features.allSatisfy(\.isFinite), "standardised features are finite")
    }
  }
}

extension MemoryFile {
  convenience init(holding bytes: [UInt8]) {
    self.init()
    write(bytes)
  }
}
