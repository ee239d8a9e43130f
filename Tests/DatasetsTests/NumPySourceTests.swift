import DataFileBytes
import Datasets
import Foundation
import Testing

@Suite("A file of NumPy")
struct NumPySourceTests {
  private func load(_ features: [UInt8], _ labels: [UInt8]? = nil) throws -> Dataset {
    try withTemporaryDirectory { folder in
      try DatasetReference(
        .npy(
          NPYSource(
            path: folder.file("x.npy", features),
            labels: folder.file("y.npy", labels ?? npyBytes("<i8", [2], bytes([1, 0]))))
        )
      ).load()
    }
  }

  private func message(_ features: [UInt8], _ labels: [UInt8]? = nil) -> String {
    let text = outcome { try load(features, labels) }
    return text.split(separator: "/").last.map(String.init) ?? text
  }

  @Test(
    "may have elements of any of the usual types, little- or big-endian",
    arguments: [
      ("<f4", bytes([1, -2, 3, 100, 5, 6].map { Float($0).bitPattern })),
      (">f4", bytes([1, -2, 3, 100, 5, 6].map { Float($0).bitPattern }, isBigEndian: true)),
      ("<f8", bytes([1, -2, 3, 100, 5, 6].map { Double($0).bitPattern })),
      (">f8", bytes([1, -2, 3, 100, 5, 6].map { Double($0).bitPattern }, isBigEndian: true)),
      ("|i1", bytes([1, -2, 3, 100, 5, 6] as [Int8])), ("<i2", bytes([1, -2, 3, 100, 5, 6] as [Int16])),
      (">i2", bytes([1, -2, 3, 100, 5, 6] as [Int16], isBigEndian: true)),
      ("<i4", bytes([1, -2, 3, 100, 5, 6] as [Int32])),
      (">i4", bytes([1, -2, 3, 100, 5, 6] as [Int32], isBigEndian: true)),
      ("<i8", bytes([1, -2, 3, 100, 5, 6] as [Int64])), ("=i8", bytes([1, -2, 3, 100, 5, 6] as [Int64])),
      (">i8", bytes([1, -2, 3, 100, 5, 6] as [Int64], isBigEndian: true)),
    ])
  func signedTypes(descr: String, content: [UInt8]) throws {
    let data = try load(npyBytes(descr, [2, 3], content))
    #expect(data.features == [1, -2, 3, 100, 5, 6])
    #expect(data.labels == [1, 0] && data.sampleShape == [3] && data.kind == .table)
  }

  @Test(
    "may have unsigned and truth values",
    arguments: [
      ("|u1", bytes([0, 255] as [UInt8]), [0, 255]), ("<u2", bytes([0, 65535] as [UInt16]), [0, 65535]),
      (">u2", bytes([1, 65535] as [UInt16], isBigEndian: true), [1, 65535]),
      ("<u4", bytes([0, UInt32.max]), [0, 0x1p32]), ("<u8", bytes([0, UInt64.max]), [0, 0x1p64]),
      (">u8", bytes([1, UInt64.max], isBigEndian: true), [1, 0x1p64]),
      ("|b1", [0, 1], [0, 1]),
    ] as [(String, [UInt8], [Float])])
  func unsignedTypes(descr: String, content: [UInt8], expected: [Float]) throws {
    #expect(try load(npyBytes(descr, [2, 1], content)).features == expected)
  }

  @Test("may be of version 1, 2 or 3", arguments: [1, 2, 3] as [UInt8])
  func versions(version: UInt8) throws {
    #expect(try load(npyBytes("|u1", [2, 2], [1, 2, 3, 4], version: version)).features == [1, 2, 3, 4])
  }

  @Test("in Fortran order gives the values in C order")
  func fortranOrder() throws {
    // numpy.asfortranarray(numpy.arange(6, dtype='>i2').reshape(2, 3)), written by numpy.lib.format.write_array
    let frozen =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPmkyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAg"
      + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAADAAEABAACAAU="
    #expect(try load(Array(Data(base64Encoded: frozen) ?? Data())).features == [0, 1, 2, 3, 4, 5])
    // Axes of 2, 3 and 4: the element at [i, j, k] is 100 i + 10 j + k.
    var content: [UInt8] = []
    var expected: [Float] = []
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { content.append(UInt8(100 * i + 10 * j + k)) } } }
    for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { expected.append(Float(100 * i + 10 * j + k)) } } }
    #expect(try load(npyBytes("|u1", [2, 3, 4], content, isFortranOrder: true)).features == expected)
  }

  @Test(
    "keeps what tells large numbers apart, in any order of the elements, for the test part too",
    arguments: [false, true])
  func largeNumbers(isFortranOrder: Bool) throws {
    // Samples (0, 1700000000), (1, 1700000020) and (2, 1700000040), as int64 and as double.
    let rows: [[Int64]] = [[0, 1_700_000_000], [1, 1_700_000_020], [2, 1_700_000_040]]
    let values = isFortranOrder ? [0, 1].flatMap { column in rows.map { $0[column] } } : rows.flatMap { $0 }
    let types = [("<i8", bytes(values)), ("<f8", bytes(values.map { Double($0).bitPattern }))]
    for (type, content) in types {
      let data = try withTemporaryDirectory { folder in
        let array = npyBytes(type, [3, 2], content, isFortranOrder: isFortranOrder)
        let source = DatasetReference.Source.npy(
          NPYSource(
            path: try folder.file("x.npy", array),
            labels: try folder.file("y.npy", npyBytes("|u1", [3], [0, 1, 0]))))
        return try DatasetReference(source, test: source).load()
      }
      #expect(data.featureOrigins == [0, 1.7e9])
      #expect(data.features == [0, 0, 1, 20, 2, 40, 0, 0, 1, 20, 2, 40])
    }
    let close = bytes([1e18, 1e18 + 128].map { Double($0).bitPattern })
    #expect(
      message(npyBytes("<f8", [2, 1], close))
        == "x.npy: number 1 of each sample: expected numbers that double precision tells apart, got 1e+18 to "
        + "1.0000000000000001e+18; subtract a constant from them, or leave them out")
  }

  @Test("in Fortran order has the origins in C order too")
  func originsInFortranOrder() throws {
    // Two samples of the shape [2, 3]: the number at [i, j] of sample s is 1000·(3 i + j + 1) + s.
    var content: [Int32] = []
    for j in 0..<3 { for i in 0..<2 { for s in 0..<2 { content.append(Int32(1000 * (3 * i + j + 1) + s)) } } }
    let data = try withTemporaryDirectory { folder in
      let source = DatasetReference.Source.npy(
        NPYSource(
          path: try folder.file("x.npy", npyBytes("<i4", [2, 2, 3], bytes(content), isFortranOrder: true)),
          labels: try folder.file("y.npy", npyBytes("|u1", [2], [0, 1]))))
      return try DatasetReference(source, test: source).load()
    }
    #expect(data.featureOrigins == [1000, 2000, 3000, 4000, 5000, 6000])
    let samples = [Float](repeating: 0, count: 6) + [Float](repeating: 1, count: 6)
    #expect(data.features == samples + samples)
  }

  @Test("has samples of the shape behind the first axis; two axes are a grey image")
  func shapes() throws {
    let content = [UInt8](repeating: 0, count: 48)
    #expect(try load(npyBytes("|u1", [2], [0, 1])).sampleShape == [1])
    let grey = try load(npyBytes("|u1", [2, 4, 6], content))
    #expect(grey.sampleShape == [4, 6, 1] && grey.kind == .image)
    #expect(try load(npyBytes("|u1", [2, 4, 3, 2], content)).sampleShape == [4, 3, 2])
  }

  @Test("has labels that are numbers of any type; fractions make a regression")
  func labels() throws {
    let features = npyBytes("|u1", [2, 1], [7, 8])
    #expect(try load(features, npyBytes("|u1", [2, 1], [3, 1])).labels == [1, 0])
    #expect(try load(features, npyBytes("<f8", [2], bytes([2.0, 4.0].map(\.bitPattern)))).labels == [0, 1])
    let targets = npyBytes("<f8", [2], bytes([0.5, 4.0].map(\.bitPattern)))
    #expect(try load(features, targets).targets == [0.5, 4])
    #expect(
      outcome { try load(features, npyBytes("|u1", [3], [0, 1, 0])) }.contains(
        "y.npy: expected 2 labels, one a sample"))
    #expect(
      message(features, npyBytes("|u1", [2, 2], [0, 1, 0, 1]))
        == "y.npy: expected one number a sample, got an array of shape [2, 2]")
  }

  @Test("that is an archive is read whether stored or deflated")
  func archives() throws {
    for (frozen, features, labels) in [
      (Self.stored, nil, nil), (Self.stored, "x", "y"), (Self.deflated, nil, nil),
    ] {
      let data = try withTemporaryDirectory { folder in
        let path = try folder.file("data.npz", Array(Data(base64Encoded: frozen) ?? Data()))
        return try DatasetReference(.npz(NPZSource(path: path, features: features, labels: labels))).load()
      }
      #expect(data.features == [1.5, -2, 3, 4, 5.25, 6] && data.labels == [1, 0] && data.sampleShape == [3])
    }
    let error = outcome {
      try withTemporaryDirectory { folder in
        let path = try folder.file("data.npz", Array(Data(base64Encoded: Self.stored) ?? Data()))
        return try DatasetReference(.npz(NPZSource(path: path, labels: "z"))).load()
      }
    }
    #expect(
      error.hasSuffix("data.npz: no array is called 'z'; there are 'x', 'y'; say which with the key labels")
    )
  }

  /// x = numpy.array([[1.5, -2, 3], [4, 5.25, 6]], dtype='<f4'), y = numpy.array([1, 0], dtype='<i8')
  /// numpy.savez(file, x=x, y=y) of NumPy 2
  static let stored =
    "UEsDBC0AAAAAAAAAIQA+9k8+//////////8FABQAeC5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJz"
    + "ogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAg"
    + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAADAPwAAAMAAAEBAAACAQAAAqEAAAMBAUEsDBC0AAAAAAAAAIQ"
    + "Bx+zmr//////////8FABQAeS5ucHkBABAAkAAAAAAAAACQAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxpOCcsICdmb3J0"
    + "cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC"
    + "AgICAgICAgICAgICAgICAgICAgICAKAQAAAAAAAAAAAAAAAAAAAFBLAQItAy0AAAAAAAAAIQA+9k8+mAAAAJgAAAAFAAAAAAAA"
    + "AAAAAACAAQAAAAB4Lm5weVBLAQItAy0AAAAAAAAAIQBx+zmrkAAAAJAAAAAFAAAAAAAAAAAAAACAAc8AAAB5Lm5weVBLBQYAAA"
    + "AAAgACAGYAAACWAQAAAAA="

  /// As above by numpy.savez_compressed(file, features=x, labels=y).
  static let deflated =
    "UEsDBC0AAAAIAAAAIQA+9k8+//////////8MABQAZmVhdHVyZXMubnB5AQAQAJgAAAAAAAAAWgAAAAAAAACb7BfqGxDJyFDGUK2e"
    + "klqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GhgP2DECCgcHBgYGhAYhXAPEB"
    + "BwBQSwMELQAAAAgAAAAhAHH7Oav//////////woAFABsYWJlbHMubnB5AQAQAJAAAAAAAAAASAAAAAAAAACb7BfqGxDJyFDGUK2e"
    + "klqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuRgZUAABQSwECLQMtAAAACAAAACEA"
    + "PvZPPloAAACYAAAADAAAAAAAAAAAAAAAgAEAAAAAZmVhdHVyZXMubnB5UEsBAi0DLQAAAAgAAAAhAHH7OatIAAAAkAAAAAoAAAAA"
    + "AAAAAAAAAIABmAAAAGxhYmVscy5ucHlQSwUGAAAAAAIAAgByAAAAHAEAAAAA"

  @Test("that is an archive is compared with its checksums", arguments: [60, 130, 200])
  func checksum(place: Int) throws {
    try withTemporaryDirectory { folder in
      var bytes = Array(Data(base64Encoded: Self.stored) ?? Data())
      // A byte within the values or the header of a stored array, which no other check could notice.
      bytes[place] ^= 4
      let path = try folder.file("data.npz", bytes)
      let problem = outcome { try DatasetReference(.npz(NPZSource(path: path))).load() }
      #expect(problem.hasSuffix("does not have its checksum"))
    }
  }

  @Test("that is damaged says at which byte and how")
  func errors() {
    let good = npyBytes("<f4", [2, 1], bytes([1, 2].map { Float($0).bitPattern }))
    #expect(message(good) == "loaded 2")
    #expect(
      message(Array("hello".utf8)) == "x.npy: byte 0: expected an NPY file, which begins with \\x93NUMPY")
    #expect(
      message(Array(good.dropLast())) == "x.npy: byte 128: expected 8 bytes for the shape [2, 1], got 7")
    #expect(message(good + [0]) == "x.npy: byte 128: expected 8 bytes for the shape [2, 1], got 9")
    #expect(message(npyBytes("<f4", [2, 1], [], version: 4)).contains("version 1, 2 or 3, got 4"))
    #expect(message(npyBytes("<U3", [2], [])).contains("expected numbers of type f4, f8"))
    #expect(message(npyBytes("|O", [2], [])).contains("got '|O'"))
    #expect(message(npyBytes("<c8", [2], [])).contains("got '<c8'"))
    #expect(message(npyBytes("|u1", [0, 3], [])) == "x.npy: expected rows of numbers, got an empty file")
    #expect(message(npyBytes("|u1", [Int.max, 8], [0])).contains("x.npy: needs more bytes in one piece"))
    #expect(message(npyBytes("<f4", [1 << 50, 1], [0])).contains("x.npy: needs 4503599627370496 bytes"))
    let nan = npyBytes("<f4", [2, 1], bytes([1, Float.nan].map(\.bitPattern)))
    #expect(
      message(nan) == "x.npy: byte 132: expected finite numbers within the range of Float, got nan")
    let large = npyBytes("<f8", [2, 1], bytes([1e300, 1].map(\.bitPattern)))
    #expect(message(large) == "x.npy: byte 128: expected finite numbers within the range of Float, got inf")
  }
}
