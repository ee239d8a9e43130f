import SearchSpaces
import SearchStrategies
import Testing

@Suite struct MOTPETests {
  private func number(_ assignment: Assignment, _ name: String) -> Double? {
    assignment[name].flatMap { Double($0.text) }
  }

  @Test func `it begins as random search`() throws {
    let space = try SpaceUnderTest.vast.makeSpace().choices
    var estimator = StudyRehearsal(
      MOTPE(space: space, seed: 7, options: MOTPE.Options(startup: 12)))
    var random = StudyRehearsal(RandomSearch(space: space, seed: 7))
    #expect(estimator.proposals(upTo: 12) == random.proposals(upTo: 12))
  }

  @Test func `it proposes what good trials have in common`() {
    let space = ParameterSpace([
      SearchParameter(name: "kind", domain: .options(["a", "b", "c", "d"])),
      SearchParameter(name: "x", domain: .reals(RealRange(0, 1))),
      SearchParameter(name: "idle", domain: .reals(RealRange(0, 1))),
    ])
    var rehearsal = StudyRehearsal(MOTPE(space: space, seed: 7)) { _, assignment in
      let x = assignment["x"].flatMap { Double($0.text) } ?? 0
      let penalty: Double = assignment["kind"]?.text == "c" ? 0 : 1
      // Good is c with x between 0.6 and 0.7, where the objectives conflict.
      return ([abs(x - 0.6) + penalty, abs(x - 0.7) + penalty], nil)
    }
    let late = rehearsal.proposals(upTo: 200)[100...]
    #expect(late.count { $0["kind"]?.text == "c" } > 60)
    #expect(late.count { (0.5...0.8).contains(number($0, "x") ?? 0) } > 60)
    let idle = late.compactMap { number($0, "idle") }
    #expect((idle.min() ?? 1) < 0.25 && (idle.max() ?? 0) > 0.75)
  }

  @Test func `a parameter is modelled where it exists`() throws {
    let space = try SpaceUnderTest(
      name: "momentum", points: nil, cells: nil,
      training: ["optimizer": "{choice: [sgd, adam]}", "momentum": "{float: [0.0, 0.9]}"]
    ).makeSpace().choices
    var rehearsal = StudyRehearsal(MOTPE(space: space, seed: 7)) { _, assignment in
      // adam is neither good nor bad; sgd is good with a momentum near 0.8 and bad elsewhere.
      let momentum = assignment["momentum"].flatMap { Double($0.text) }
      return ([momentum.map { abs($0 - 0.8) * 2 } ?? 0.5], nil)
    }
    let late = rehearsal.proposals(upTo: 150)[75...]
    let momenta = late.compactMap { number($0, "momentum") }
    #expect(momenta.count > 40)
    #expect(momenta.count { $0 > 0.65 } * 10 > momenta.count * 7)
  }

  @Test func `the best of all objectives are good, not of one alone`() {
    let space = ParameterSpace([SearchParameter(name: "x", domain: .reals(RealRange(0, 1)))])
    var rehearsal = StudyRehearsal(MOTPE(space: space, seed: 7)) { _, assignment in
      let x = assignment["x"].flatMap { Double($0.text) } ?? 0
      return ([abs(x - 0.2), abs(x - 0.8)], nil)
    }
    let late = rehearsal.proposals(upTo: 200)[100...].compactMap { number($0, "x") }
    // All of 0.2 ... 0.8 is the front.
    for start in [0.2, 0.4, 0.6] { #expect(late.count { $0 >= start && $0 <= start + 0.2 } >= 8) }
    #expect(late.count { (0.15...0.85).contains($0) } > 85)
  }
}
