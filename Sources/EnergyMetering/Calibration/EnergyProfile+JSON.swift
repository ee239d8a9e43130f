import Foundation

extension EnergyProfile {
  /// The file's text.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads a file's text and checks that its numbers can be true.
  ///
  /// - Parameter path: the file, for the error.
  public init(json: String, path: String) throws(EnergyProfileError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(EnergyProfile.self, from: Data(json.utf8))
    } catch let error as DecodingError {
      throw .damaged(path: path, problem: error.problem)
    } catch {
      throw .damaged(path: path, problem: "no valid JSON")
    }
    if let problem { throw .damaged(path: path, problem: problem) }
  }

  /// What cannot be true; nil if all can.
  private var problem: String? {
    if format != 1 { return "format: expected 1, found \(format)" }
    if samples.count < Self.leastSamples {
      return "samples: expected at least \(Self.leastSamples), found \(samples.count)"
    }
    let texts = [
      ("program_version", [programVersion]), ("date", [date]), ("family", [family]),
      ("processor.model_name", [processor.modelName]), ("blas_core", [blasCore]), ("source", [source]),
      ("domains", domains),
    ]
    for (name, words) in texts where !words.allSatisfy(Self.isPlain) {
      return "\(name): expected a text without control characters of at most 200 bytes"
    }
    let (errors, power) = (0.0...1, uncountedPower)
    let amounts = [
      ("model.busy_watts", model.busyWatts, Self.believableWatts),
      ("model.joules_per_flop", model.joulesPerFlop, Self.believableJoulesPerOperation),
      ("model.joules_per_byte", model.joulesPerByte, Self.believableJoulesPerOperation),
      ("quality.residual", quality.residual, errors),
      ("quality.median_hold_out_error", quality.medianHoldOutError, errors),
      ("quality.largest_hold_out_error", quality.largestHoldOutError, errors),
      ("uncounted_power.low", power.low, Self.believableWatts),
      ("uncounted_power.central", power.central, Self.believableWatts),
      ("uncounted_power.high", power.high, Self.believableWatts),
    ]
    for (name, value, range) in amounts where !range.contains(value) {
      return "\(name): expected a number from \(range.lowerBound) to \(range.upperBound), found \(value)"
    }
    if model.busyWatts + model.joulesPerFlop + model.joulesPerByte == 0 {
      return "model: expected a coefficient above zero, found none"
    }
    if quality.largestHoldOutError >= Self.greatestError {
      return "quality.largest_hold_out_error: expected less than \(Self.greatestError), found "
        + "\(quality.largestHoldOutError)"
    }
    if !(power.low <= power.central && power.central <= power.high && power.central > 0) {
      return "uncounted_power: expected 0 <= low <= central <= high and central above zero, found "
        + "\(power.low), \(power.central), \(power.high)"
    }
    return nil
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.count <= 200 && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  /// Watts of one logical CPU: the hungriest takes some tens.
  private static let believableWatts = 0.0...10_000
  /// Joules of a floating-point operation or of a byte moved: some 1e-11 to 1e-9 today.
  private static let believableJoulesPerOperation = 0.0...1e-3
}

/// A stored profile cannot be used.
public enum EnergyProfileError: Error, Hashable, CustomStringConvertible {
  /// The file is no profile, or not a whole one.
  case damaged(path: String, problem: String)
  /// The file or its folder cannot be read, or is no regular file.
  case unreadable(path: String, reason: String)

  /// One line: where, what is wrong, what to do.
  public var description: String {
    switch self {
    case .damaged(let path, let problem):
      "\(path): damaged energy profile: \(problem); delete the file, and calibrate anew by `wattle calibrate`"
    case .unreadable(let path, let reason):
      "\(path): the energy profile cannot be read: \(reason); make it readable or take it away"
    }
  }
}
