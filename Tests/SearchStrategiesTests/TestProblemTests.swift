import Foundation
import Numerics
import ParetoAnalysis
import SearchSpaces
import SearchStrategies
import Testing

@Suite struct TestProblemTests {
  /// All variables behind the first at a value.
  private func point(_ first: Double, _ rest: Double, of problem: TestProblem) -> [Double] {
    [first] + [Double](repeating: rest, count: problem.variableCount - 1)
  }

  private func expect(_ losses: [Double], near expected: [Double]) {
    #expect(losses.count == expected.count)
    for (loss, value) in zip(losses, expected) { #expect(abs(loss - value) < 1e-12) }
  }

  @Test func `each problem has the papers' numbers of variables and objectives`() {
    let counts = TestProblem.Name.allCases.map { name in
      let problem = TestProblem(name)
      return [problem.variableCount, problem.space.parameters.count, problem.objectiveCount]
    }
    #expect(counts == [[30, 30, 2], [30, 30, 2], [30, 30, 2], [10, 10, 2], [10, 10, 2], [12, 12, 3]])
    #expect(TestProblem(.zdt2, variables: 5).space.parameterNames == ["x1", "x2", "x3", "x4", "x5"])
  }

  @Test func `ZDT1 to 3 agree with values worked by hand`() {
    // g = 1 + 9 · 0.5 = 5.5 and f1 = 0.22, so f1 / g = 0.04 with the root 0.2 and the square 0.0016.
    let zdt1 = TestProblem(.zdt1)
    expect(zdt1.evaluate(point(0.22, 0.5, of: zdt1)), near: [0.22, 5.5 * 0.8])
    expect(zdt1.evaluate(point(0.25, 0, of: zdt1)), near: [0.25, 0.5])
    let zdt2 = TestProblem(.zdt2)
    expect(zdt2.evaluate(point(0.22, 0.5, of: zdt2)), near: [0.22, 5.5 * 0.9984])
    expect(zdt2.evaluate(point(0.5, 0, of: zdt2)), near: [0.5, 0.75])
    let zdt3 = TestProblem(.zdt3)
    // At x1 = 0.25 the wave is sin 2.5π = 1.
    expect(zdt3.evaluate(point(0.25, 0, of: zdt3)), near: [0.25, 0.5 - 0.25])
    // At x1 = 0.05 it is sin 0.5π = 1, and f1 / g is 0.05 / 5.
    expect(zdt3.evaluate(point(0.05, 4.0 / 9, of: zdt3)), near: [0.05, 5 * (1 - 0.1 - 0.01)])
  }

  @Test func `ZDT4 and 6 agree with values worked by hand`() {
    let zdt4 = TestProblem(.zdt4)
    // Nine variables at 0.5 add 0.25 − 10 · cos 2π each: g = 1 + 90 + 9 · (0.25 − 10) = 3.25.
    expect(zdt4.evaluate(point(0.13, 0.5, of: zdt4)), near: [0.13, 3.25 * 0.8])
    expect(zdt4.evaluate(point(0.25, 0, of: zdt4)), near: [0.25, 0.5])
    let zdt6 = TestProblem(.zdt6)
    // sin 0 = 0, so f1 = 1; the fourth root of 1 / 16 is 0.5, so g = 5.5.
    expect(zdt6.evaluate(point(0, 1.0 / 16, of: zdt6)), near: [1, 5.5 * (1 - 1 / 30.25)])
    expect(
      zdt6.evaluate(point(0.25, 0, of: zdt6)),
      near: [1 - exp(-1), 1 - (1 - exp(-1)) * (1 - exp(-1))])
  }

  @Test func `DTLZ2 agrees with values worked by hand`() {
    let problem = TestProblem(.dtlz2, variables: 4)
    let half = 0.5.squareRoot()
    expect(problem.evaluate([0, 0, 0.5, 0.5]), near: [1, 0, 0])
    expect(problem.evaluate([0.5, 0.5, 0.5, 0.5]), near: [0.5, 0.5, half])
    // Two variables that are off by 0.5 make the radius 1.5.
    expect(problem.evaluate([0, 1, 0, 1]), near: [0, 1.5, 0])
    expect(problem.evaluate([1, 0.3, 0, 1]), near: [0, 0, 1.5])
  }

  @Test func `an assignment is evaluated by the names of its variables`() {
    for name in TestProblem.Name.allCases {
      let problem = TestProblem(name, variables: 5)
      var stream = RandomStream(seed: 1, purpose: "variables")
      let assignment = problem.space.sample(using: &stream)
      let x = problem.space.parameters.compactMap { assignment[$0.name].flatMap { Double($0.text) } }
      #expect(problem.evaluate(assignment) == problem.evaluate(x))
      #expect(x[1...].allSatisfy { abs($0) <= (name == .zdt4 ? 5 : 1) })
    }
  }

  @Test func `the greatest hypervolumes agree with integrals worked by hand`() {
    // ZDT1: the integral of 0.1 + √x over 0 ... 1, and 0.1 × 1.1 beside it.
    for name in [TestProblem.Name.zdt1, .zdt4] {
      #expect(
        abs(TestProblem(name).maximumHypervolume(reference: [1.1, 1.1]) - (0.1 + 2.0 / 3 + 0.11)) < 1e-12)
      #expect(abs(TestProblem(name).maximumHypervolume(reference: [11, 11]) - (10 + 2.0 / 3 + 110)) < 1e-12)
      // Below a half: the integral of √x − 0.5 over 0.25 ... 1.
      let low = 2.0 / 3 * (1 - 0.125) - 0.5 * 0.75
      #expect(abs(TestProblem(name).maximumHypervolume(reference: [1, 0.5]) - low) < 1e-12)
    }
    // ZDT2: the integral of 0.1 + x².
    #expect(
      abs(TestProblem(.zdt2).maximumHypervolume(reference: [1.1, 1.1]) - (0.1 + 1.0 / 3 + 0.11)) < 1e-12)
    #expect(abs(TestProblem(.zdt2).maximumHypervolume(reference: [11, 11]) - (10 + 1.0 / 3 + 110)) < 1e-12)
    #expect(
      abs(TestProblem(.dtlz2).maximumHypervolume(reference: [2.5, 2.5, 2.5]) - (15.625 - .pi / 6)) < 1e-12)
  }

  @Test(arguments: TestProblem.Name.allCases)
  func `a dense net of best points comes within a hair of the greatest hypervolume, and not above`(
    _ name: TestProblem.Name
  ) {
    let problem = TestProblem(name)
    let rest = name == .dtlz2 ? 0.5 : 0.0
    let count = name == .dtlz2 ? 200 : 200_000
    var points: [[Double]] = []
    for first in 0...count {
      let x = Double(first) / Double(count)
      if name == .dtlz2 {
        for second in 0...count {
          points.append(
            problem.evaluate([x, Double(second) / Double(count)] + [Double](repeating: rest, count: 10)))
        }
      } else {
        points.append(problem.evaluate(point(x, rest, of: problem)))
      }
    }
    for scale in [1.1, 11] {
      let reference = [Double](repeating: scale, count: problem.objectiveCount)
      let most = problem.maximumHypervolume(reference: reference)
      let reached = hypervolume(of: points, reference: reference)
      #expect(reached <= most + 1e-9)
      #expect(reached > most - (name == .dtlz2 ? 0.02 : 1e-4))
    }
  }

  @Test func `random points never exceed the greatest hypervolume`() {
    for name in TestProblem.Name.allCases {
      let problem = TestProblem(name, variables: 3)
      var run = ProblemRun(of: RandomSearch(space: problem.space, seed: 1), on: problem)
      run.advance(to: 2000)
      let share = run.hypervolumeShare(reference: [Double](repeating: 100, count: problem.objectiveCount))
      #expect(share > 0 && share < 1)
    }
  }
}
