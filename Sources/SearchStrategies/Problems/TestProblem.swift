import Foundation
import SearchSpaces

/// A function with two or three objectives to be minimised, whose best front is known: a strategy can be held against
/// published results on it.
///
/// ```swift
/// let problem = TestProblem(.zdt1)
/// var strategy = RandomSearch(space: problem.space, seed: 7)
/// if let assignment = strategy.propose(trial: 0) { problem.evaluate(assignment) }
/// problem.maximumHypervolume(reference: [1.1, 1.1])   // 0.8766…
/// ```
///
/// ZDT1 to 4 and 6: Zitzler, Deb and Thiele 2000, "Comparison of multiobjective evolutionary algorithms: empirical
/// results", Evolutionary Computation 8(2). DTLZ2: Deb, Thiele, Laumanns and Zitzler 2005, "Scalable test problems for
/// evolutionary multiobjective optimization".
///
/// - Complexity: O(*variables*) an evaluation.
public struct TestProblem: Hashable, Sendable {
  /// The functions.
  public enum Name: String, Codable, CaseIterable, Sendable {
    /// A convex front.
    case zdt1
    /// A concave front.
    case zdt2
    /// A front of five pieces.
    case zdt3
    /// ZDT1's front behind very many local ones.
    case zdt4
    /// A concave front on which, and towards which, points are spread unevenly.
    case zdt6
    /// Three objectives: the part of the unit sphere in the positive octant.
    case dtlz2
  }

  /// The function.
  public let name: Name
  /// The number of variables.
  public let variableCount: Int

  /// A problem.
  ///
  /// - Parameter variables: the number of variables; by default that of the papers: 30 for ZDT1 to 3, 10 for ZDT4 and 6,
  ///   12 for DTLZ2.
  /// - Precondition: at least 2 variables, at least 3 for DTLZ2.
  public init(_ name: Name, variables: Int? = nil) {
    let usual =
      switch name {
      case .zdt1, .zdt2, .zdt3: 30
      case .zdt4, .zdt6: 10
      case .dtlz2: 12
      }
    self.name = name
    variableCount = variables ?? usual
    precondition(variableCount >= Self.leastVariableCount(name), "\(name) has too few variables")
  }

  /// The fewest variables that a function is defined for.
  public static func leastVariableCount(_ name: Name) -> Int { name == .dtlz2 ? 3 : 2 }

  /// The number of objectives.
  public var objectiveCount: Int { name == .dtlz2 ? 3 : 2 }

  /// The variables x1, x2, …: all in 0 ... 1, but for those of ZDT4 behind the first, in −5 ... 5.
  public var space: ParameterSpace {
    ParameterSpace(
      (1...variableCount).map { number in
        let isWide = name == .zdt4 && number > 1
        let range = isWide ? RealRange(-5, 5) : RealRange(0, 1)
        return SearchParameter(name: "x\(number)", domain: .reals(range))
      })
  }

  /// The objectives of a point of the ``space``.
  ///
  /// - Precondition: every variable has a real value.
  public func evaluate(_ assignment: Assignment) -> [Double] {
    evaluate(
      (1...variableCount).map { number in
        guard case .real(let value) = assignment["x\(number)"] else {
          preconditionFailure("x\(number) must have a real value")
        }
        return value
      })
  }

  /// The objectives of a point.
  ///
  /// - Parameter x: the variables, within their ranges.
  public func evaluate(_ x: [Double]) -> [Double] {
    precondition(x.count == variableCount, "\(name) has \(variableCount) variables, got \(x.count)")
    let mean = x.dropFirst().reduce(0, +) / Double(x.count - 1)
    switch name {
    case .zdt1: return Self.pair(x[0], 1 + 9 * mean) { 1 - $0.squareRoot() }
    case .zdt2: return Self.pair(x[0], 1 + 9 * mean) { 1 - $0 * $0 }
    case .zdt3:
      return Self.pair(x[0], 1 + 9 * mean) { 1 - $0.squareRoot() - $0 * sin(10 * .pi * x[0]) }
    case .zdt4:
      let waves = x.dropFirst().reduce(0) { $0 + $1 * $1 - 10 * cos(4 * .pi * $1) }
      return Self.pair(x[0], 1 + 10 * Double(x.count - 1) + waves) { 1 - $0.squareRoot() }
    case .zdt6:
      return Self.pair(Self.unevenFirst(x[0]), 1 + 9 * pow(mean, 0.25)) { 1 - $0 * $0 }
    case .dtlz2:
      let radius = 1 + x.dropFirst(2).reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) }
      let (first, second) = (x[0] * .pi / 2, x[1] * .pi / 2)
      return [
        radius * cos(first) * cos(second), radius * cos(first) * sin(second), radius * sin(first),
      ]
    }
  }

  /// f₁ and f₂ = g · h(f₁ / g).
  private static func pair(_ first: Double, _ g: Double, _ shape: (Double) -> Double) -> [Double] {
    [first, g * shape(first / g)]
  }

  /// The first objective of ZDT6.
  static func unevenFirst(_ x: Double) -> Double { 1 - exp(-4 * x) * pow(sin(6 * .pi * x), 6) }
}
