import Numerics
import ParetoAnalysis
import Testing

@Suite("The probability of not being dominated")
struct NonDominatedProbabilityTests {
  private func probabilities(_ points: [[UncertainObjective]], seed: UInt64 = 1, draws: Int = 20_000)
    -> [Double]
  {
    var stream = RandomStream(seed: seed, purpose: "front")
    return nonDominatedProbabilities(of: points, draws: draws, stream: &stream)
  }

  @Test("is 1 on the front and 0 behind it when nothing is uncertain")
  func certainty() {
    let points = [[1.0, 2], [2, 1], [2, 2], [1, 2]].map { $0.map(UncertainObjective.exact) }
    #expect(probabilities(points, draws: 3) == [1, 1, 0, 1])
  }

  @Test("of two overlapping intervals is the area worked by hand")
  func intervals() {
    // One objective; uniform on [0, 2] and [1, 3]: the second is the smaller one in 1/8 of the cases.
    let pair = probabilities([[.interval(low: 0, high: 2)], [.interval(low: 1, high: 3)]])
    #expect(abs(pair[0] - 0.875) < 0.012)
    #expect(abs(pair[1] - 0.125) < 0.012)
  }

  @Test("of classifiers with the same energy is that of having the lower error rate")
  func classifiers() {
    // P(Beta(21, 341) < Beta(16, 346)) = 0.1964 by scipy:
    // integrate.quad(lambda x: stats.beta.pdf(x, 21, 341) * stats.beta.sf(x, 16, 346), 0, 1)
    let pair = probabilities([
      [.errorRate(correct: 340, wrong: 20), .exact(1)], [.errorRate(correct: 345, wrong: 15), .exact(1)],
    ])
    #expect(abs(pair[0] - 0.1964) < 0.015)
    #expect(abs(pair[0] + pair[1] - 1) < 1e-12)
  }

  @Test("does not confuse models whose energies share one scale")
  func sharedScale() {
    // Both ± 50 %: independent they overlap, on one scale the second always takes 10 % more.
    let shared = probabilities([
      [.sharedInterval(low: 0.5, high: 1.5)], [.sharedInterval(low: 0.55, high: 1.65)],
    ])
    #expect(shared == [1, 0])
    let independent = probabilities([[.interval(low: 0.5, high: 1.5)], [.interval(low: 0.55, high: 1.65)]])
    #expect((0.3...0.5).contains(independent[1]))
  }

  @Test("of a mean of a few is by Student's distribution")
  func means() {
    // One objective at 0 ± 1 against 1: P(t < 1) is 3/4 with one degree of freedom, 0.8045 with three.
    for (freedom, chance) in [(1.0, 0.75), (3, 0.8045)] {
      let pair = probabilities([
        [.mean(.exact(0), standardError: 1, degreesOfFreedom: freedom)], [.exact(1)],
      ])
      #expect(abs(pair[0] - chance) < 0.012)
    }
    #expect(
      probabilities([[.mean(.exact(0), standardError: 0, degreesOfFreedom: 1)], [.exact(1)]]) == [1, 0])
  }

  @Test("of values that scatter on one scale is that of two normal logarithms")
  func scattered() {
    // ln 1.1 apart, each with a deviation of 0.05: P = Φ(-0.09531 / (0.05 √2)) = Φ(-1.3479) = 0.0888 that the second
    // is the smaller one.
    let pair = probabilities([
      [.scattered(.sharedInterval(low: 0.5, high: 1.5), relativeDeviation: 0.05)],
      [.scattered(.sharedInterval(low: 0.55, high: 1.65), relativeDeviation: 0.05)],
    ])
    #expect(abs(pair[1] - 0.0888) < 0.01)
    // What measures nothing again does not change.
    #expect(probabilities([[.scattered(.exact(1), relativeDeviation: 0)], [.exact(2)]]) == [1, 0])
  }

  @Test("is the same for the same stream and differs with another")
  func determinism() {
    let points: [[UncertainObjective]] = (0..<10).map {
      [.errorRate(correct: 90 + Double($0), wrong: 10), .interval(low: Double($0), high: Double($0) + 5)]
    }
    #expect(probabilities(points, draws: 500) == probabilities(points, draws: 500))
    #expect(probabilities(points, draws: 500) != probabilities(points, seed: 2, draws: 500))
  }

  @Test("takes any sampler")
  func closure() {
    var stream = RandomStream(seed: 3, purpose: "front")
    // The first point wins against the second one time in four.
    let result = nonDominatedProbabilities(count: 2, draws: 20_000, stream: &stream) { index, stream in
      [index == 0 ? stream.uniform() : 0.25]
    }
    #expect(abs(result[0] - 0.25) < 0.016)
    #expect(abs(result[1] - 0.75) < 0.016)
  }

  @Test("of no points is empty")
  func empty() {
    #expect(probabilities([], draws: 5).isEmpty)
  }
}
