extension DecodingError {
  /// What is wrong with a JSON text, and where in it, in plain words on one line.
  public var problem: String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    func found(at path: [any CodingKey], _ expected: String) -> String {
      path.isEmpty ? expected : "\(place(path)): \(expected)"
    }
    switch self {
    case .keyNotFound(let key, let context): return "'\(place(context.codingPath + [key]))' is missing"
    case .typeMismatch(let type, let context):
      return found(at: context.codingPath, "expected \(Self.words(for: type))")
    case .valueNotFound(let type, let context):
      return found(at: context.codingPath, "expected \(Self.words(for: type)), found nothing")
    case .dataCorrupted(let context):
      // What the reader of JSON itself found has no place in the values.
      return context.codingPath.isEmpty
        ? "no valid JSON" : found(at: context.codingPath, Self.words(for: context.debugDescription))
    @unknown default: return "no valid JSON"
    }
  }

  /// What JSON calls a type of the program.
  private static func words(for type: any Any.Type) -> String {
    switch type {
    case is String.Type, is any RawRepresentable<String>.Type: "a text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is [Any].Type: "a list"
    case is [String: Any].Type: "an object"
    default: "a value of another form"
    }
  }

  /// What the decoder says about a value, without the words of a programming language.
  private static func words(for problem: String) -> String {
    if problem.hasPrefix("Cannot initialize "), let start = problem.range(of: " value ") {
      return "'\(problem[start.upperBound...].prefix(40))' is no value that is known here"
    }
    let isTooLarge = problem.contains("does not fit in") || problem.contains("not representable")
    return isTooLarge ? "expected a smaller number" : problem
  }
}
