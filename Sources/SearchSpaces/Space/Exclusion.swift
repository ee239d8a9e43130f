/// An entry of `unless`: a combination of values that no candidate may have.
struct Exclusion: Sendable {
  private let conditions: [ParameterCondition]
  private let place: ConfigurationPlace

  /// Finds the parameters of an entry.
  ///
  /// - Throws: ``ConfigurationError`` for an unknown parameter or a value that it cannot take.
  init(_ written: Located<[WrittenCondition]>, in space: ParameterSpace) throws {
    place = written.place
    let names = space.parameterNames
    conditions = try written.value.map { condition in
      let name = condition.parameter.value
      guard let parameter = space.parameters.first(where: { $0.name == name }) else {
        throw condition.parameter.error(
          "unless: unknown parameter '\(name.onOneLine())'; "
            + NearestName.remedy(for: name, among: names, noun: "parameters", listing: 12))
      }
      return try ParameterCondition(condition, on: parameter, label: "unless")
    }
  }

  /// How a point breaks it; nil if it does not have all of the values.
  func violation(of point: Assignment) -> PointViolation? {
    guard conditions.allSatisfy({ $0.holds(for: point.values) }) else { return nil }
    let names = conditions.map(\.parameter).joined(separator: ", ")
    return PointViolation(
      error: .excluded(parameters: names, place: "\(place)"), excess: .infinity,
      hopeless: ConfigurationError(
        place: place, message: "unless: no candidate is left; leave out an entry or some of its values"))
  }

  /// Reads the list `unless`.
  static func read(_ node: ConfigurationNode?) throws -> [Located<[WrittenCondition]>] {
    guard let node else { return [] }
    let expected = "a list such as [{optimizer: sgd, batch-size: [128, 256]}]"
    return try node.list("unless", expected: expected).map { item in
      guard case .mapping(let entries) = item.content, !entries.isEmpty else {
        throw item.error("unless: expected parameters with their values, got \(item.summary)")
      }
      let conditions = try entries.map { try WrittenCondition($0, label: "unless") }
      return Located(value: conditions, place: item.place)
    }
  }
}
