import SearchSpaces
import SearchStrategies

extension SimulatedProblem {
  /// The test functions that can be searched by name.
  public static let known: [SimulatedProblem] =
    [schaffer] + TestProblem.Name.allCases.map { SimulatedProblem(TestProblem($0)) }

  /// The problem of a name; nil if none is called so.
  public static func named(_ name: String) -> SimulatedProblem? { known.first { $0.name == name } }

  /// A test problem with known front, under its name, with the variables of its paper.
  ///
  /// Hypervolume counts up to 11 in both objectives, or up to 2.5 in each of three: far enough out that a search of some
  /// hundred evaluations is seen to move.
  init(_ problem: TestProblem) {
    let count = problem.objectiveCount
    let reference = [Double](repeating: count == 2 ? 11 : 2.5, count: count)
    self.init(
      name: problem.name.rawValue, space: problem.space, objectives: (1...count).map { "f\($0)" },
      reference: reference, largestHypervolume: problem.maximumHypervolume(reference: reference)
    ) { SimulatedOutcome(cost: 1, losses: problem.evaluate($0)) }
  }

  /// Schaffer 1985, "Multiple objective optimization with vector evaluated genetic algorithms", ICGA 1: f₁ = x²,
  /// f₂ = (x − 2)² for x in −10 ... 10, both to be minimised.
  ///
  /// The front is √f₂ = 2 − √f₁ for x in 0 ... 2. Up to the reference (4, 4) it dominates 16 − ∫₀⁴ (2 − √f)² df = 40/3.
  static let schaffer = SimulatedProblem(
    name: "schaffer",
    space: ParameterSpace([SearchParameter(name: "x", domain: .reals(RealRange(-10, 10)))]),
    objectives: ["f1", "f2"], reference: [4, 4], largestHypervolume: 40.0 / 3
  ) { assignment in
    guard case .real(let x)? = assignment["x"] else { return SimulatedOutcome(cost: 1) }
    return SimulatedOutcome(cost: 1, losses: [x * x, (x - 2) * (x - 2)])
  }
}
