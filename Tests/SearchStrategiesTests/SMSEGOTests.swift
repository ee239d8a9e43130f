import SearchSpaces
import SearchStrategies
import Testing

@Suite struct SMSEGOTests {
  @Test(arguments: [UInt64(1), 2])
  func `it comes near the front of ZDT1 in eighty evaluations`(_ seed: UInt64) {
    let problem = TestProblem(.zdt1, variables: 5)
    var run = ProblemRun(of: SMSEGO(space: problem.space, seed: seed), on: problem)
    run.advance(to: 80)
    #expect(run.hypervolumeShare(reference: [1.1, 1.1]) > 0.9)
  }

  @Test func `it finds the better branch of a nested space and the numbers there`() throws {
    let space = try SpaceUnderTest(
      name: "a choice with numbers", points: nil, cells: nil,
      architecture: ["dropout: {rate: {float: [0.0, 0.9]}}"],
      training: [
        "optimizer": "{choice: [sgd, adam]}", "momentum": "{float: [0.0, 0.9]}",
        "learning-rate": "{float: [1e-4, 1e-1], scale: log}",
      ]
    ).makeSpace().choices
    // The best has a momentum of 0.3, a learning rate of 0.01 and no dropout; adam has no momentum, and is worse.
    @Sendable func losses(_ assignment: Assignment) -> [Double] {
      func number(_ name: String) -> Double? { assignment[name].flatMap { Double($0.text) } }
      let rate = (number("learning-rate") ?? 0) - 0.01
      let momentum = number("momentum").map { ($0 - 0.3) * ($0 - 0.3) } ?? 1
      return [momentum + abs(rate) * 10 + (number("dropout.rate") ?? 0)]
    }
    var rehearsal = StudyRehearsal(SMSEGO(space: space, seed: 7)) { _, assignment in
      (losses(assignment), nil)
    }
    let reached = rehearsal.proposals(upTo: 60).map { losses($0)[0] }
    #expect((reached.min() ?? 1) < 0.06)
  }

  @Test func `trials under way keep later ones away from them`() throws {
    let space = TestProblem(.zdt1, variables: 3).space
    let problem = TestProblem(.zdt1, variables: 3)
    let options = SMSEGO.Options(startup: 10, lookahead: 8)
    var rehearsal = StudyRehearsal(SMSEGO(space: space, seed: 7, options: options)) { _, assignment in
      (problem.evaluate(assignment), nil)
    }
    // The first eight after the start all know the same ten trials or fewer.
    let proposals = rehearsal.proposals(upTo: 18)[10...]
    let firsts = proposals.compactMap { $0["x1"].flatMap { Double($0.text) } }.sorted()
    let gaps = zip(firsts, firsts.dropFirst()).map { $1 - $0 }
    // They lie in at least four places along the front, the ends among them.
    #expect(gaps.filter { $0 > 0.01 }.count >= 3)
    #expect((firsts.first ?? 1) < 0.1 && (firsts.last ?? 0) > 0.5)
  }
}
