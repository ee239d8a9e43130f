/// The value that each open choice of a search space takes in one candidate.
///
/// Only choices that exist for the candidate are present: those inside an untaken branch are absent, not empty.
/// An assignment is what a strategy proposes and what the journal keeps; the space turns it into a candidate.
///
/// ```swift
/// let assignment = space.sample(using: &stream)
/// assignment["learning-rate"]?.text   // "0.003162"
/// let candidate = try space.candidate(for: assignment)
/// ```
public struct Assignment: Codable, Hashable, Sendable {
  /// Values by parameter name; see ``ParameterSpace/parameterNames``.
  public var values: [String: ParameterValue]

  /// An assignment.
  public init(values: [String: ParameterValue]) { self.values = values }

  /// The value of a parameter, or nil where the parameter does not exist for this candidate.
  public subscript(name: String) -> ParameterValue? { values[name] }
}

/// A value of a parameter.
public enum ParameterValue: Codable, Hashable, Sendable {
  /// An index into the options of a `choice`, with the option's text as users see it.
  case option(index: Int, label: String)
  /// A value of an `int` range.
  case integer(Int)
  /// A value of a `float` range.
  case real(Double)

  /// The value as a table shows it: the option's text, or the shortest digits that read back to the same number.
  public var text: String {
    switch self {
    case .option(_, let label): label
    case .integer(let value): String(value)
    case .real(let value): String(value)
    }
  }
}
