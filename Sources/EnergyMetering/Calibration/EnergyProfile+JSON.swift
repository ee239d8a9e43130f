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
      throw .damaged(path: path, problem: Self.problem(error))
    } catch {
      throw .damaged(path: path, problem: "\(error)")
    }
    if let problem { throw .damaged(path: path, problem: problem) }
  }

  /// What cannot be true; nil if all can.
  private var problem: String? {
    if format != 1 { return "format: expected 1, found \(format)" }
    if samples.count < Self.leastSamples {
      return "samples: expected at least \(Self.leastSamples), found \(samples.count)"
    }
    let amounts = [
      ("model.busy_watts", model.busyWatts), ("model.joules_per_flop", model.joulesPerFlop),
      ("model.joules_per_byte", model.joulesPerByte), ("quality.residual", quality.residual),
      ("quality.median_hold_out_error", quality.medianHoldOutError),
      ("quality.largest_hold_out_error", quality.largestHoldOutError),
      ("uncounted_power.low", uncountedPower.low),
    ]
    for (name, value) in amounts where !(value >= 0 && value.isFinite) {
      return "\(name): expected a number of zero or more, found \(value)"
    }
    if quality.largestHoldOutError >= Self.greatestError {
      return "quality.largest_hold_out_error: expected less than \(Self.greatestError), found "
        + "\(quality.largestHoldOutError)"
    }
    let power = uncountedPower
    if !(power.low <= power.central && power.central <= power.high && power.high.isFinite) {
      return
        "uncounted_power: expected low <= central <= high, found \(power.low), \(power.central), \(power.high)"
    }
    return nil
  }

  private static func problem(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return "\(place(context.codingPath)): expected \(type)"
    case .dataCorrupted: return "no valid JSON"
    @unknown default: return "\(error)"
    }
  }
}

/// A stored profile cannot be used.
public enum EnergyProfileError: Error, Hashable, CustomStringConvertible {
  /// The file is no profile, or not a whole one.
  case damaged(path: String, problem: String)
  /// The file or its folder cannot be read.
  case unreadable(path: String, reason: String)

  /// One line: where, what is wrong, what to do.
  public var description: String {
    switch self {
    case .damaged(let path, let problem):
      "\(path): damaged energy profile: \(problem); delete the file, and calibrate anew by `wattle calibrate`"
    case .unreadable(let path, let reason):
      "\(path): the energy profile cannot be read: \(reason); make it readable or delete it"
    }
  }
}
