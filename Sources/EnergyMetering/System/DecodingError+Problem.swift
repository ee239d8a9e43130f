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
    case .typeMismatch(let type, let context): return found(at: context.codingPath, "expected \(type)")
    case .valueNotFound(let type, let context):
      return found(at: context.codingPath, "expected \(type), found nothing")
    case .dataCorrupted(let context):
      // What the reader of JSON itself found has no place in the values.
      return context.codingPath.isEmpty
        ? "no valid JSON" : found(at: context.codingPath, context.debugDescription)
    @unknown default: return "no valid JSON"
    }
  }
}
