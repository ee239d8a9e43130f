import Numerics

extension ParameterDomain {
  /// Another value of the domain; the domain has more than one.
  func mutate(_ value: ParameterValue, using stream: inout RandomStream) -> ParameterValue {
    switch (self, value) {
    case (.options(let labels), .option(let index, _)):
      let other = stream.integer(below: labels.count - 1)
      return gridValue(at: other < index ? other : other + 1)
    case (.integers(let range), .integer(let number)):
      return .integer(range.mutate(number, using: &stream))
    case (.reals(let range), .real(let number)): return .real(range.mutate(number, using: &stream))
    default: return value
    }
  }
}

extension IntegerRange {
  fileprivate func mutate(_ number: Int, using stream: inout RandomStream) -> Int {
    let index = (number - lower) / step
    let last = count - 1
    if stream.integer(below: 2) == 0 {
      let up = index == 0 || (index < last && stream.integer(below: 2) == 0)
      return value(at: up ? index + 1 : index - 1)
    }
    // A few draws in the range's scale; one that never leaves the value (it can on the log scale) is helped along.
    for _ in 0..<32 {
      let drawn = sample(using: &stream)
      if drawn != number { return drawn }
    }
    return value(at: index == last ? index - 1 : index + 1)
  }
}

extension RealRange {
  fileprivate func mutate(_ number: Double, using stream: inout RandomStream) -> Double {
    let start = fraction(of: number)
    for _ in 0..<32 {
      let moved = value(at: min(max(start + ParameterSpace.mutationStep * stream.normal(), 0), 1))
      if moved != number { return moved }
    }
    return number == lower ? upper : lower
  }
}
