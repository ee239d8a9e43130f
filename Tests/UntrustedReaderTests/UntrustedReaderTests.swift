import Foundation
import Testing
import UntrustedReaders

extension UntrustedReader: CustomTestStringConvertible {
  /// The reader's name.
  public var testDescription: String { name }

  /// What the fuzzer has found of this reader, by the names of the files.
  fileprivate var corpus: [(name: String, bytes: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Corpus/\(name)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, Array($0)) }
    }
  }
}

@Suite("A reader of untrusted bytes", .serialized)
struct UntrustedReaderTests {
  @Test("reads the well-formed examples that the fuzzer begins with", arguments: UntrustedReader.all)
  func examples(reader: UntrustedReader) throws {
    #expect(!reader.examples.isEmpty)
    // An example of one format of a reader is none of its other formats; one at least is read in each.
    var isRead = false
    for example in reader.examples {
      #expect(example.count <= reader.largestInput)
      if try reader.read(example) { isRead = true }
    }
    #expect(isRead)
  }

  @Test("survives everything that the fuzzer has found", arguments: UntrustedReader.all)
  func corpus(reader: UntrustedReader) {
    for (name, bytes) in reader.corpus {
      #expect(throws: Never.self, "\(reader.name)/\(name)") { try reader.read(bytes) }
    }
  }

  @Test("survives a thousand changes of that", arguments: UntrustedReader.all)
  func changes(reader: UntrustedReader) {
    let inputs = reader.examples + reader.corpus.map(\.bytes)
    var mutations = Mutations(seed: 1, purpose: reader.name, largestInput: reader.largestInput)
    for index in 0..<1000 {
      let bytes = mutations.change(inputs[index % inputs.count], with: inputs[(7 * index + 3) % inputs.count])
      #expect(throws: Never.self, "change \(index): \(Data(bytes).base64EncodedString())") {
        try reader.read(bytes)
      }
    }
  }
}
