import Numerics

/// An open choice of a space, with the choices that exist only under some of its values.
///
/// The space is a list of decisions, each with decisions below its values: a tree in which a candidate is one path
/// per decision. Its cells are numbered like digits of a number whose places depend on the digits before: the first
/// decision is the slowest, a decision's value is slower than the decisions below it.
///
/// A class, since every draw of a point visits decisions, and the many parts of a structure would be counted each time.
final class Decision: Sendable {
  let parameter: SearchParameter
  /// Where the choice was written.
  let place: ConfigurationPlace
  let dependents: Dependents
  /// The number of grid cells; a float without grid points counts once.
  let cells: CellCount
  /// For each value the cells before it; nil where all values have one cell, or where the cells are too many.
  private let cellsBefore: [Int]?
  /// For each value the share of all cells that it and those before it have; nil where all values have one cell.
  private let cumulativeShares: [Double]?

  enum Dependents: Sendable {
    case none
    /// The decisions that exist under each option.
    case options([[Decision]])
    /// Bodies of a repetition; under the value at an index the first `counts[index]` exist.
    case repetitions([[Decision]], counts: [Int])
  }

  init(parameter: SearchParameter, place: ConfigurationPlace, dependents: Dependents) {
    self.parameter = parameter
    self.place = place
    self.dependents = dependents
    let perValue: [CellCount]
    switch dependents {
    case .none:
      cells = CellCount(parameter.domain.gridCount ?? 1)
      cellsBefore = nil
      cumulativeShares = nil
      return
    case .options(let options): perValue = options.map(Self.cells(of:))
    case .repetitions(let bodies, let counts):
      var products = [CellCount.one]
      for body in bodies { products.append(products[products.count - 1] * Self.cells(of: body)) }
      perValue = counts.map { products[$0] }
    }
    var sum = CellCount.zero
    var before: [Int]? = []
    for count in perValue {
      if let exact = sum.exact { before?.append(exact) } else { before = nil }
      sum = sum + count
    }
    cells = sum
    cellsBefore = before
    var share = 0.0
    cumulativeShares = perValue.map { count in
      share += (count.logarithm - sum.logarithm).exponential
      return share
    }
  }

  /// The number of grid cells of decisions side by side.
  static func cells(of decisions: [Decision]) -> CellCount {
    decisions.reduce(.one) { $0 * $1.cells }
  }

  /// The lists of decisions that exist under a value.
  func active(under value: ParameterValue) -> ArraySlice<[Decision]> {
    if case .none = dependents { return [] }
    guard let index = parameter.domain.gridIndex(of: value) else { return [] }
    return active(underValueAt: index)
  }

  private func active(underValueAt index: Int) -> ArraySlice<[Decision]> {
    switch dependents {
    case .none: []
    case .options(let options): options[index...index]
    case .repetitions(let bodies, let counts): bodies.prefix(counts[index])
    }
  }

  /// All lists of decisions that exist under some value.
  var below: [[Decision]] {
    switch dependents {
    case .none: []
    case .options(let options): options
    case .repetitions(let bodies, _): bodies
    }
  }

  // MARK: Cells

  /// Writes the values of the cell at an index of this decision.
  func decode(_ index: Int, into values: inout [String: ParameterValue]) {
    var valueIndex = index
    var rest = 0
    if let cellsBefore {
      valueIndex = Self.lastIndex(in: cellsBefore, notAbove: index)
      rest = index - cellsBefore[valueIndex]
    }
    values[parameter.name] = parameter.domain.gridValue(at: valueIndex)
    Self.decode(rest, of: Array(active(underValueAt: valueIndex).joined()), into: &values)
  }

  /// Writes the values of the cell at an index of decisions side by side.
  static func decode(_ index: Int, of decisions: [Decision], into values: inout [String: ParameterValue]) {
    var rest = index
    for decision in decisions.reversed() {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: decision.cells.exact ?? Int.max)
      decision.decode(remainder, into: &values)
      rest = quotient
    }
  }

  /// The index of the cell that values name, or nil where one is missing or between the grid's points.
  func encode(_ values: [String: ParameterValue], visited: inout Int) -> Int? {
    guard let value = values[parameter.name], let valueIndex = parameter.domain.gridIndex(of: value) else {
      return nil
    }
    visited += 1
    guard let cellsBefore else { return valueIndex }
    let below = active(underValueAt: valueIndex).joined()
    guard let rest = Self.encode(values, of: below, visited: &visited) else { return nil }
    return cellsBefore[valueIndex] + rest
  }

  /// The index of the cell of decisions side by side.
  static func encode(
    _ values: [String: ParameterValue], of decisions: some Sequence<Decision>, visited: inout Int
  ) -> Int? {
    var index = 0
    for decision in decisions {
      guard let digit = decision.encode(values, visited: &visited) else { return nil }
      index = index * (decision.cells.exact ?? 1) + digit
    }
    return index
  }

  /// The last place of ascending numbers whose number is at most a bound.
  private static func lastIndex(in numbers: [Int], notAbove bound: Int) -> Int {
    var low = 0
    var high = numbers.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if numbers[middle] <= bound { low = middle } else { high = middle }
    }
    return low
  }

  // MARK: Drawing

  /// A random value.
  func sample(_ sampling: Sampling, using stream: inout RandomStream) -> ParameterValue {
    guard weighs(sampling), let cumulativeShares else { return parameter.domain.sample(using: &stream) }
    if let cellsBefore, let count = cells.exact {
      let index = Self.lastIndex(in: cellsBefore, notAbove: stream.integer(below: count))
      return parameter.domain.gridValue(at: index)
    }
    let drawn = stream.uniform() * (cumulativeShares.last ?? 1)
    let index = cumulativeShares.firstIndex { drawn < $0 } ?? cumulativeShares.count - 1
    return parameter.domain.gridValue(at: index)
  }

  /// The probability with which ``sample(_:using:)`` gives a value of the grid.
  func probability(of value: ParameterValue, _ sampling: Sampling) -> Double {
    guard weighs(sampling), let cumulativeShares, let index = parameter.domain.gridIndex(of: value) else {
      return parameter.domain.probability(of: value)
    }
    return cumulativeShares[index] - (index > 0 ? cumulativeShares[index - 1] : 0)
  }

  /// Whether values are drawn by the cells below them. A logarithmic scale is a wish of its own and stays.
  private func weighs(_ sampling: Sampling) -> Bool {
    if case .integers(let range) = parameter.domain, range.scale == .log { return false }
    return sampling == .byLeaf
  }

  // MARK: Visiting

  /// Makes a value for each decision that exists, from the first to the last, those below a value after it.
  static func fill(
    _ decisions: some Sequence<Decision>, into values: inout [String: ParameterValue],
    choosing choose: (Decision) throws -> ParameterValue
  ) rethrows {
    for decision in decisions {
      let value = try choose(decision)
      values[decision.parameter.name] = value
      for list in decision.active(under: value) { try fill(list, into: &values, choosing: choose) }
    }
  }
}
