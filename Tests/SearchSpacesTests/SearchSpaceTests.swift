import Foundation
import NeuralNetworks
import SearchSpaces
import Testing
import Training

@Suite struct SearchSpaceTests {
  @Test func `the parameters of the design's space are named in template order`() throws {
    let space = try StudyConfiguration(contentsOf: shippedPath("digits-mlp"))
      .searchSpace(sampleShape: [64], classCount: 10)
    var expected = ["repeat.times"]
    for body in 1...4 {
      expected += [
        "repeat[\(body)].dense.units", "repeat[\(body)].activation", "repeat[\(body)].dropout.rate",
      ]
    }
    #expect(space.choices.parameterNames == expected + ["optimizer", "learning-rate", "batch-size"])
  }

  @Test func `layers of one kind, several repeats, shares and options are told apart`() throws {
    let space = try makeSpace(
      architecture: """
          - dense: {units: {choice: [1, 2]}}
          - dense: {units: {choice: [1, {int: [5, 9]}, {choice: [3, 4]}]}}
          - repeat: {times: {choice: [1, 2]}, share: true, layers: [dense: {units: {choice: [1, 2]}}]}
          - repeat: {times: 2, layers: [repeat: {times: {int: [0, 2]}, layers: [activation: {choice: [relu, tanh]}]}]}
          - choice:
              - none
              - dense: {units: {choice: [1, 2]}}
              - [dense: {units: {choice: [3, 4]}}, activation: relu]
          - dense: {units: classes}
        """, training: ["optimizer": "{choice: [adam, sgd]}", "momentum": "{float: [0.1, 0.9]}"])
    #expect(
      space.choices.parameterNames == [
        "dense.units", "dense2.units", "dense2.units.int", "dense2.units.choice",
        "repeat.times", "repeat.dense.units",
        "repeat2[1].repeat.times", "repeat2[1].repeat[1].activation", "repeat2[1].repeat[2].activation",
        "repeat2[2].repeat.times", "repeat2[2].repeat[1].activation", "repeat2[2].repeat[2].activation",
        "choice", "choice.dense.units", "choice.dense2.units", "optimizer", "momentum",
      ])
    #expect(Set(space.choices.parameterNames).count == space.choices.parameterNames.count)
  }

  @Test func `a candidate is the template with every choice filled in`() throws {
    let space = try makeSpace(
      architecture: """
          - repeat:
              times: {int: [1, 3]}
              layers:
                - dense: {units: {choice: [16, 32]}}
                - choice: [none, [activation: relu, dropout: {rate: 0.5}]]
          - dense: {units: classes}
        """, training: ["optimizer": "{choice: [sgd, adam]}", "learning-rate": "{float: [0.01, 0.1]}"])
    let assignment = Assignment(values: [
      "repeat.times": .integer(2), "repeat[1].dense.units": .option(index: 1, label: "32"),
      "repeat[1].choice": .option(index: 0, label: "none"),
      "repeat[2].dense.units": .option(index: 0, label: "16"),
      "repeat[2].choice": .option(index: 1, label: "relu+dropout(0.5)"),
      "optimizer": .option(index: 0, label: "sgd"), "learning-rate": .real(0.05),
    ])
    let expected = Candidate(
      architecture: Architecture(
        sampleShape: [4],
        layers: [
          .dense(units: 32), .dense(units: 16), .activation(.relu), .dropout(rate: 0.5), .dense(units: 3),
        ]),
      training: TrainingHyperparameters(
        optimizer: .sgd(momentum: 0.9), learningRate: 0.05, schedule: .constant, batchSize: 32, epochs: 5))
    #expect(try space.candidate(for: assignment) == expected)
  }

  @Test func `shared repetitions have one set of values`() throws {
    let space = try makeSpace(
      architecture: """
          - repeat: {times: 3, share: true, layers: [dense: {units: {choice: [7, 8]}}]}
          - dense: {units: classes}
        """)
    let layers = try space.candidate(for: space.choices.gridAssignment(at: 1)).architecture.layers
    #expect(layers == [.dense(units: 8), .dense(units: 8), .dense(units: 8), .dense(units: 3)])
  }

  @Test func `an assignment that is no point of the space is refused with the parameter`() throws {
    let space = try makeSpace(
      architecture: """
          - repeat: {times: {int: [1, 2]}, layers: [dense: {units: {choice: [7, 8]}}]}
          - dense: {units: classes}
        """, training: ["learning-rate": "{float: [0.01, 0.1]}"])
    let right: [String: ParameterValue] = [
      "repeat.times": .integer(1), "repeat[1].dense.units": .option(index: 0, label: "7"),
      "learning-rate": .real(0.1),
    ]
    #expect(space.choices.contains(Assignment(values: right)))
    func refusal(_ change: (inout [String: ParameterValue]) -> Void) -> AssignmentError? {
      var values = right
      change(&values)
      #expect(!space.choices.contains(Assignment(values: values)))
      do { _ = try space.candidate(for: Assignment(values: values)) } catch {
        return error as? AssignmentError
      }
      return nil
    }
    #expect(refusal { $0["learning-rate"] = nil } == .missing(parameter: "learning-rate"))
    #expect(refusal { $0["repeat.times"] = .integer(2) } == .missing(parameter: "repeat[2].dense.units"))
    #expect(refusal { $0["repeat.times"] = .integer(3) } == .foreign(parameter: "repeat.times", value: "3"))
    #expect(
      refusal { $0["learning-rate"] = .real(.nan) } == .foreign(parameter: "learning-rate", value: "nan"))
    #expect(refusal { $0["learning-rate"] = .integer(1) } == .foreign(parameter: "learning-rate", value: "1"))
    let renamed = ParameterValue.option(index: 0, label: "9")
    #expect(
      refusal { $0["repeat[1].dense.units"] = renamed }
        == .foreign(parameter: "repeat[1].dense.units", value: "9"))
    let second = ParameterValue.option(index: 0, label: "7")
    #expect(
      refusal { $0["repeat[2].dense.units"] = second } == .superfluous(parameter: "repeat[2].dense.units"))
  }

  @Test func `the caller's check sees every candidate`() throws {
    struct Refused: Error {}
    let configuration = try StudyConfiguration(yaml: plainYAML(line: 13, ""), fileName: "plain.yaml")
    let space = try configuration.searchSpace(sampleShape: [64], classCount: 10) { candidate in
      if candidate.architecture.layers.count == 4 { throw Refused() }
    }
    #expect(throws: Refused.self) { try space.candidate(for: space.choices.gridAssignment(at: 0)) }
  }

  @Test func `an assignment survives the journal bit for bit`() throws {
    let space = try StudyConfiguration(contentsOf: shippedPath("breast-cancer-mlp"))
      .searchSpace(sampleShape: [30], classCount: 2)
    var stream = stream()
    for _ in 0..<200 {
      let assignment = space.choices.sample(using: &stream)
      let json = try JSONEncoder().encode(assignment)
      #expect(try JSONDecoder().decode(Assignment.self, from: json) == assignment)
      if case .real(let rate) = assignment["learning-rate"] {
        #expect(Double(assignment["learning-rate"]?.text ?? "") == rate)
      }
    }
  }
}
