/// A reader of bytes that nobody vouches for, as a function of the bytes alone.
///
/// Whatever it is given, it must neither crash, nor hang, nor fill the memory. The fuzzer gives it what it likes; the
/// tests give it what the fuzzer has found, and changes of that.
public struct UntrustedReader: Sendable {
  /// Its name: an argument of `tools/fuzz` and a folder of the corpus.
  public let name: String
  /// The longest input that is worth trying, in bytes.
  public let largestInput: Int
  /// Well-formed inputs to begin with.
  public let examples: [[UInt8]]
  private let body: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, largestInput: Int = 4096, examples: [[UInt8]],
    reading body: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.largestInput = largestInput
    self.examples = examples
    self.body = body
  }

  init(
    _ name: String, largestInput: Int = 4096, examples: [String],
    reading body: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.init(name, largestInput: largestInput, examples: examples.map { Array($0.utf8) }, reading: body)
  }

  /// Reads an input. That it is refused is as good as that it is read.
  ///
  /// - Returns: whether it was read.
  /// - Throws: ``Contradiction`` where what was read cannot be true.
  @discardableResult
  public func read(_ bytes: [UInt8]) throws(Contradiction) -> Bool {
    do {
      try body(bytes)
      return true
    } catch let contradiction as Contradiction {
      throw contradiction
    } catch {
      // Refused, which is what errors are for. Its words are made too, as a command would.
      _ = "\(error)"
      return false
    }
  }

  /// All readers of the program.
  public static let all = [
    configuration, table, csv, npy, npz, idx, cifar, safetensors, checkpoint, workerRequests, workerResponses,
    journalValues, energyProfile, carbon,
  ]
}

/// What a reader must never give out, in words.
public struct Contradiction: Error, CustomStringConvertible {
  /// What contradicts what.
  public let description: String
}

/// Makes sure that something holds of what was read.
func require(_ holds: Bool, _ claim: @autoclosure () -> String) throws(Contradiction) {
  if !holds { throw Contradiction(description: "not true: \(claim())") }
}
