import Foundation

extension TestProblem {
  /// The hypervolume of the whole best front: what no strategy can exceed.
  ///
  /// A front of two objectives is integrated in closed form between the ends of its pieces. The ends of those of ZDT3,
  /// and the first end of that of ZDT6, have no closed form; they are found by bisection to the last digit. The front of
  /// DTLZ2 leaves an eighth of the unit ball, π / 6, undominated.
  ///
  /// - Parameter reference: a number an objective; for DTLZ2 each at least 1.
  public func maximumHypervolume(reference: [Double]) -> Double {
    precondition(reference.count == objectiveCount, "\(name) has \(objectiveCount) objectives")
    switch name {
    case .zdt1, .zdt4:
      let curve = FrontCurve(
        pieces: [0...1], height: { 1 - $0.squareRoot() }, integral: { $0 - 2.0 / 3 * $0 * $0.squareRoot() })
      return curve.hypervolume(reference)
    case .zdt2: return Self.parabola(from: 0).hypervolume(reference)
    case .zdt3: return Self.waves.hypervolume(reference)
    case .zdt6: return Self.parabola(from: Self.leastUnevenFirst).hypervolume(reference)
    case .dtlz2:
      precondition(reference.allSatisfy { $0 >= 1 }, "the reference must be at least 1 in each objective")
      return reference.reduce(1, *) - .pi / 6
    }
  }

  private static func parabola(from start: Double) -> FrontCurve {
    FrontCurve(pieces: [start...1], height: { 1 - $0 * $0 }, integral: { $0 - $0 * $0 * $0 / 3 })
  }

  /// The smallest first objective of ZDT6: where the slope 4 · sin 6πx − 36π · cos 6πx is 0 for the first time.
  private static let leastUnevenFirst: Double = {
    let x = bisection(in: 0...(1.0 / 12)) { 4 * sin(6 * .pi * $0) - 36 * .pi * cos(6 * .pi * $0) }
    return unevenFirst(x)
  }()

  /// The front of ZDT3: the parts of a falling wave that are lower than all before them.
  private static let waves: FrontCurve = {
    let turn = 10 * Double.pi
    let height: @Sendable (Double) -> Double = { 1 - $0.squareRoot() - $0 * sin(turn * $0) }
    let slope: @Sendable (Double) -> Double = {
      -0.5 / $0.squareRoot() - sin(turn * $0) - turn * $0 * cos(turn * $0)
    }
    // The wave turns upwards once in each fifth, before its crest.
    let ends = (0..<5).map { wave in
      let start = Double(wave) / 5
      return bisection(in: (start + 0.05)...(start + 0.1), slope)
    }
    var pieces = [0...ends[0]]
    for wave in 1..<5 {
      let floor = height(ends[wave - 1])
      // Behind the crest the wave falls below the last end before it turns upwards again.
      let crest = bisection(in: (Double(wave) / 5 - 0.1)...(Double(wave) / 5), { -slope($0) })
      pieces.append(bisection(in: crest...ends[wave], { floor - height($0) })...ends[wave])
    }
    return FrontCurve(
      pieces: pieces, height: height,
      integral: { x in
        x - 2.0 / 3 * x * x.squareRoot() + x * cos(turn * x) / turn - sin(turn * x) / (turn * turn)
      })
  }()
}

/// Where a function that is negative at the lower bound and positive at the upper changes its sign.
private func bisection(in bounds: ClosedRange<Double>, _ function: (Double) -> Double) -> Double {
  var (low, high) = (bounds.lowerBound, bounds.upperBound)
  while true {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { return middle }
    if function(middle) < 0 { low = middle } else { high = middle }
  }
}

/// A front of two objectives: falling pieces of a curve, from left to right, each below the ones before it.
private struct FrontCurve: Sendable {
  let pieces: [ClosedRange<Double>]
  let height: @Sendable (Double) -> Double
  /// An antiderivative of the height.
  let integral: @Sendable (Double) -> Double

  /// The area between the front and a reference.
  func hypervolume(_ reference: [Double]) -> Double {
    let (right, top) = (reference[0], reference[1])
    var sum = 0.0
    for (position, piece) in pieces.enumerated() {
      let end = piece.upperBound
      guard height(end) < top, piece.lowerBound < right else { continue }
      let isHigh = height(piece.lowerBound) > top
      let start = isHigh ? bisection(in: piece) { top - height($0) } : piece.lowerBound
      let stop = min(end, right)
      if start < stop { sum += top * (stop - start) - (integral(stop) - integral(start)) }
      let next = position + 1 < pieces.count ? min(pieces[position + 1].lowerBound, right) : right
      if end < next { sum += (next - end) * (top - height(end)) }
    }
    return sum
  }
}
