import Numerics
import SearchSpaces
import SearchStrategies
import Testing

@Suite struct RandomSearchTests {
  @Test func `a proposal is the sample of its trial's own stream`() throws {
    let space = try SpaceUnderTest.vast.makeSpace().choices
    var strategy = RandomSearch(space: space, seed: 3)
    for trial in 0..<20 {
      var stream = RandomStream(seed: 3, trial: trial, purpose: "proposal")
      #expect(strategy.propose(trial: trial) == space.sample(using: &stream))
    }
  }

  @Test func `results do not change what is proposed`() throws {
    let space = try SpaceUnderTest.flat.makeSpace().choices
    var told = RandomSearch(space: space, seed: 3)
    var untold = told
    for trial in 0..<50 {
      let proposal = told.propose(trial: trial)
      let assignment = try #require(proposal)
      #expect(untold.propose(trial: trial) == assignment)
      told.observe(
        ObservedTrial(number: trial, assignment: assignment, losses: [Double(trial)], validationLoss: nil))
    }
  }

  /// The numbers come from an independent implementation in Python. Changing them makes recorded studies
  /// unrepeatable.
  @Test func `proposals are frozen by seed`() throws {
    let space = try SpaceUnderTest.flat.makeSpace().choices
    let frozen: [UInt64: [Int]] = [
      7: [
        212, 306, 310, 42, 276, 118, 282, 137, 227, 344, 392, 84, 265, 187, 395, 184, 83, 113, 210, 148, 164,
        141, 77, 144,
      ],
      8: [
        80, 160, 369, 193, 125, 36, 358, 81, 7, 353, 65, 168, 374, 267, 26, 205, 71, 345, 354, 34, 283, 413,
        266, 118,
      ],
    ]
    for (seed, cells) in frozen {
      var rehearsal = StudyRehearsal(RandomSearch(space: space, seed: seed))
      #expect(rehearsal.proposals(upTo: cells.count).map(space.gridIndex) == cells)
    }
  }

  @Test func `a range of two numbers is searched on, with repeats`() throws {
    let narrow = SpaceUnderTest(
      name: "two neighbouring floats", points: nil, cells: nil,
      training: ["learning-rate": "{float: [0.1, 0.10000000000000002]}"])
    let space = try narrow.makeSpace().choices
    let evolution = RegularizedEvolution(space: space, seed: 1)
    for strategy in [RandomSearch(space: space, seed: 1), evolution] as [any SearchStrategy] {
      var rehearsal = StudyRehearsal(strategy)
      let proposals = rehearsal.proposals(upTo: 50)
      #expect(proposals.count == 50)
      #expect(Set(proposals).count == 2)
      #expect(proposals.allSatisfy(space.contains))
    }
  }
}
