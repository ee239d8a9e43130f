/// The value that each open choice of a search space takes in one candidate.
///
/// Only choices that exist for the candidate are present: those inside an untaken branch are absent, not empty.
public struct Assignment: Codable, Hashable, Sendable {
  /// Values by parameter name; see ``SearchSpace/parameterNames``.
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
}
