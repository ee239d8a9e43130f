/// A condition as it is written: a parameter's name, and the values under which it holds.
struct WrittenCondition: Hashable, Sendable {
  var parameter: Located<String>
  var values: [Located<ScalarValue>]

  /// Reads `name: value` or `name: [value, …]`.
  ///
  /// - Parameter label: what errors call the whole, `when` or `unless`.
  init(_ entry: ConfigurationNode.Entry, label: String) throws {
    let name = entry.key.onOneLine()
    parameter = Located(value: entry.key, place: entry.keyPlace)
    let items: [ConfigurationNode]
    if case .sequence(let list) = entry.value.content { items = list } else { items = [entry.value] }
    guard !items.isEmpty else { throw entry.value.error("\(label): \(name): expected at least one value") }
    values = try items.map { item in
      guard let value = item.conditionValue else {
        throw item.error("\(label): \(name): expected a value or a list of values, got \(item.summary)")
      }
      return Located(value: value, place: item.place)
    }
  }
}

extension ConfigurationNode {
  /// The scalar as a value to compare with; whole numbers in one way, however they are written.
  fileprivate var conditionValue: ScalarValue? {
    switch scalar {
    case .integer(let value): .integer(value)
    case .real(let value):
      value == value.rounded() && abs(value) < 1e15 ? .integer(Int(value)) : .real(value)
    case .boolean(let value): .boolean(value)
    case .text(let text): .name(text)
    case .hugeInteger, .notFinite, .nothing, nil: nil
    }
  }
}

/// A condition on a parameter of a space: that it exists and has one of some values.
struct ParameterCondition: Hashable, Sendable {
  let parameter: String
  let values: Set<ParameterValue>

  /// What is written, for the parameter that it means.
  ///
  /// - Throws: ``ConfigurationError`` at a value that the parameter cannot take.
  init(_ written: WrittenCondition, on parameter: SearchParameter, label: String) throws {
    self.parameter = parameter.name
    values = Set(
      try written.values.map { value in
        guard let found = parameter.domain.value(written: value.value) else {
          throw value.error(
            "\(label): \(parameter.name) cannot be \(value.value.text.onOneLine()); "
              + parameter.domain.remedy(for: value.value.text))
        }
        return found
      })
  }

  /// A condition that never holds.
  init(neverOn parameter: String) {
    self.parameter = parameter
    values = []
  }

  /// Whether it holds for the values of a point.
  func holds(for point: [String: ParameterValue]) -> Bool {
    point[parameter].map(values.contains) ?? false
  }
}

extension ParameterDomain {
  /// The value that a text or a number in a condition means; nil where it means none.
  fileprivate func value(written: ScalarValue) -> ParameterValue? {
    switch self {
    case .options(let labels):
      labels.firstIndex(of: written.text).map { .option(index: $0, label: labels[$0]) }
    case .integers(let range):
      if case .integer(let number) = written, range.index(of: number) != nil { .integer(number) } else { nil }
    case .reals: nil
    }
  }

  /// What could be written instead.
  fileprivate func remedy(for text: String) -> String {
    switch self {
    case .options(let labels): NearestName.remedy(for: text, among: labels, noun: "values", listing: 12)
    case .integers(let range):
      "expected a whole number from \(range.lower) to \(range.upper)"
        + (range.step > 1 ? " in steps of \(range.step)" : "")
    case .reals: "a condition needs a choice or an int, not a float"
    }
  }
}
