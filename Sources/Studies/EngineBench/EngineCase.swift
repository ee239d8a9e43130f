import Foundation
import NeuralNetworks

/// What an engine benchmark repeats: the steps of one network at one batch size.
///
/// Its coded form is one line, as in
/// `{"architecture":{"sampleShape":[64],"layers":[{"dense":{"units":10}}]},"batch":32,"samples":1024,"mode":"training"}`.
public struct EngineCase: Codable, Sendable {
  /// What a step does.
  public enum Mode: String, Codable, Sendable {
    /// Load a batch, compute the gradients of the mean cross-entropy, update.
    case training
    /// Load a batch, compute the logits.
    case inference
  }

  /// The network; its outputs are one number a class.
  public var architecture: Architecture
  /// The samples of a step.
  public var batch: Int
  /// The samples that the batches are taken from.
  public var samples: Int
  /// What a step does.
  public var mode: Mode
  /// The rule of the update; Adam where it is not given.
  public var optimizer: Optimizer?

  /// The most numbers that the samples may have together.
  private static let largestData = 1 << 28

  /// A case, with Adam.
  ///
  /// - Precondition: no more samples a step than samples.
  init(architecture: Architecture, batch: Int, samples: Int, mode: Mode) {
    precondition(0 < batch && batch <= samples, "expected a batch of 1 ... \(samples), got \(batch)")
    self.architecture = architecture
    self.batch = batch
    self.samples = samples
    self.mode = mode
  }

  /// Reads a case.
  ///
  /// - Parameter line: a JSON object.
  /// - Throws: `EngineBenchError.malformed` with the place in the object.
  public init(parsing line: [UInt8]) throws(EngineBenchError) {
    self = try EngineBenchError.decode(Self.self, from: line, as: "case")
    guard 1...(1 << 20) ~= batch else {
      throw .malformed("case: batch: expected 1 ... \(1 << 20), got \(batch)")
    }
    guard batch <= samples else {
      throw .malformed("case: samples: expected at least the batch of \(batch), got \(samples)")
    }
    let values = architecture.sampleShape.reduce((partial: 1, isTooLarge: false)) { product, side in
      let (partial, overflow) = product.partial.multipliedReportingOverflow(by: side)
      return (partial, product.isTooLarge || overflow)
    }
    guard !values.isTooLarge, samples <= Self.largestData / max(1, values.partial) else {
      throw .malformed("case: samples: expected at most \(Self.largestData) numbers in all; take fewer")
    }
  }
}

/// How long the steps of one turn are repeated.
///
/// Its coded form is `{"seconds":0.3}`.
struct EngineTurn: Codable {
  var seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init(parsing line: [UInt8]) throws(EngineBenchError) {
    self = try EngineBenchError.decode(Self.self, from: line, as: "turn")
    guard seconds > 0, seconds <= 600 else {
      throw .malformed("turn: seconds: expected a number above 0 and up to 600, got \(seconds)")
    }
  }
}

/// A request of a benchmark that cannot be served.
public enum EngineBenchError: Error, CustomStringConvertible, Sendable {
  /// A line that is not what was expected, or a network that cannot be built.
  case malformed(String)

  /// Where, and what was expected.
  public var description: String {
    switch self {
    case .malformed(let text): text
    }
  }

  /// Decodes a line; the error names the place in the object.
  static func decode<Message: Decodable>(
    _ type: Message.Type, from line: [UInt8], as name: String
  ) throws(EngineBenchError) -> Message {
    do {
      return try JSONDecoder().decode(type, from: Data(line))
    } catch let error as DecodingError {
      throw .malformed("\(name): \(Self.text(of: error))")
    } catch {
      throw .malformed("\(name): \(error)")
    }
  }

  private static func text(of error: DecodingError) -> String {
    let context: DecodingError.Context
    var reason: String?
    switch error {
    case .keyNotFound(let key, let inner):
      context = inner
      reason = "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let inner), .valueNotFound(_, let inner), .dataCorrupted(let inner):
      context = inner
    @unknown default:
      return "\(error)"
    }
    let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    let text = reason ?? context.debugDescription
    return place.isEmpty ? text : "\(place.joined(separator: ".")): \(text)"
  }
}
