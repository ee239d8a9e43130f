import SearchSpaces
import SearchStrategies
import Testing

/// Strategies on problems whose best front is known, with room below what they reach; the figures themselves are
/// measured by `tools/strategy-bench`.
@Suite struct ProblemQualityTests {
  private func share(
    of problem: TestProblem, after count: Int, reference: [Double],
    _ make: (ParameterSpace) -> any SearchStrategy
  ) -> Double {
    var run = ProblemRun(of: make(problem.space), on: problem)
    run.advance(to: count)
    return run.hypervolumeShare(reference: reference)
  }

  @Test(arguments: [TestProblem.Name.zdt1, .zdt3], [UInt64(1), 2, 3])
  func `NSGA-II comes near the fronts of ZDT1 and ZDT3 in ten thousand evaluations`(
    _ name: TestProblem.Name, _ seed: UInt64
  ) {
    let reached = share(of: TestProblem(name), after: 10_000, reference: [1.1, 1.1]) {
      NSGAII(space: $0, seed: seed)
    }
    #expect(reached > 0.94)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `SEMOA, MOTPE and NSGA-II use what they see`(_ seed: UInt64) {
    let problem = TestProblem(.zdt1, variables: 10)
    func reached(_ make: (ParameterSpace) -> any SearchStrategy) -> Double {
      share(of: problem, after: 300, reference: [5, 5], make)
    }
    let random = reached { RandomSearch(space: $0, seed: seed) }
    #expect(reached { SEMOA(space: $0, seed: seed) } > random + 0.1)
    #expect(reached { MOTPE(space: $0, seed: seed) } > random + 0.1)
    #expect(
      reached { NSGAII(space: $0, seed: seed, options: NSGAII.Options(population: 20)) } > random + 0.03)
  }
}
