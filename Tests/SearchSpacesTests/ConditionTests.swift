import Foundation
import NeuralNetworks
import SearchSpaces
import Testing

@Suite struct ConditionTests {
  private static let activation = "  - activation: {choice: [relu, gelu, tanh]}\n"

  @Test func `layers and their choices exist only where the condition holds`() throws {
    let space = try makeSpace(
      layers: Self.activation
        + """
          - when: {activation: [relu, gelu], layers: [dropout: {rate: {choice: [0.1, 0.2]}}]}
        """)
    #expect(space.choices.parameterNames == ["activation", "dropout.rate"])
    try expectBijection(space, cells: 2 + 2 + 1)
    for point in try cells(space) {
      let holds = ["relu", "gelu"].contains(point["activation"]?.text)
      #expect((point["dropout.rate"] != nil) == holds)
      #expect(try space.candidate(for: point).architecture.layers.count == (holds ? 3 : 2))
    }
  }

  @Test func `conditions on numbers, on several parameters and inside others are counted by hand`() throws {
    // Units 4, 8, 12; rate exists for 8 and 12 (2 values); norm for 12 and tanh (2 values); in between a free choice.
    let space = try makeSpace(
      layers: """
          - dense: {units: {int: [4, 12], step: 4}}
          - activation: {choice: [relu, tanh]}
          - when:
              dense.units: [8, 12]
              layers: [dropout: {rate: {choice: [0.1, 0.2]}}]
          - dense: {units: {choice: [5, 6, 7]}}
          - when: {dense.units: 12, activation: tanh, layers: [choice: [layer-norm, batch-norm]]}
        """)
    #expect(
      space.choices.parameterNames == ["dense.units", "activation", "dropout.rate", "dense2.units", "choice"])
    // 4: 2·3; 8: 2·2·3; 12: relu 2·3, tanh 2·3·2.
    try expectBijection(space, cells: 6 + 12 + 6 + 12)
  }

  @Test func `a condition on the number of repetitions, on an enclosing choice and in a nested condition`()
    throws
  {
    let times = try makeSpace(
      layers: """
          - repeat: {times: {int: [0, 2]}, layers: [dense: {units: {choice: [4, 8]}}]}
          - when: {repeat.times: [2], layers: [dropout: {rate: {choice: [0.1, 0.2, 0.3]}}]}
        """)
    try expectBijection(times, cells: 1 + 2 + 4 * 3)
    let nested = try makeSpace(
      layers: Self.activation
        + """
          - when:
              activation: [relu, gelu]
              layers:
                - dense: {units: {choice: [4, 8]}}
                - when: {dense.units: 8, activation: gelu, layers: [dropout: {rate: {choice: [0.1, 0.2]}}]}
        """)
    // relu 2, gelu 1 + 2, tanh 1.
    try expectBijection(nested, cells: 2 + 3 + 1)
  }

  @Test func `in a repetition and in a block a name means the nearest parameter`() throws {
    let space = try makeSpace(
      blocks: """
          unit:
            - activation: {choice: [relu, tanh]}
            - when: {activation: relu, layers: [dropout: {rate: {choice: [0.1, 0.2]}}]}
        """,
      layers: """
          - activation: {choice: [gelu, silu]}
          - repeat: {times: {int: [1, 2]}, layers: [block: unit]}
        """)
    // A unit has 2 + 1 cells.
    try expectBijection(space, cells: 2 * (3 + 9))
    for point in try cells(space) {
      for body in ["repeat[1].unit.", "repeat[2].unit."] {
        #expect((point[body + "dropout.rate"] != nil) == (point[body + "activation"]?.text == "relu"))
      }
    }
    let outer = try makeSpace(
      layers: Self.activation
        + "  - repeat: {times: 2, layers: [when: {activation: tanh, layers: [dense: {units: {choice: [4, 8]}}]}]}"
    )
    try expectBijection(outer, cells: 1 + 1 + 4)
  }

  @Test func `conditions in a shared block and behind its uses`() throws {
    let space = try makeSpace(
      blocks: """
          unit:
            - activation: {choice: [relu, tanh]}
            - when: {activation: relu, layers: [dropout: {rate: {choice: [0.1, 0.2]}}]}
        """,
      layers: """
          - choice: [none, block: {name: unit, share: true}]
          - block: {name: unit, share: true}
          - when: {unit.activation: tanh, layers: [dense: {units: {choice: [4, 8, 16]}}]}
        """)
    // relu 2, tanh 3, and the choice.
    try expectBijection(space, cells: 2 * (2 + 3))
  }

  @Test(
    arguments: [
      (
        "  - when: {activation: relu, layers: [layer-norm]}",
        "4:12: when: unknown parameter 'activation'; there are no open choices before it"
      ),
      (
        "  - activation: {choice: [relu, tanh]}\n  - when: {activaton: relu, layers: [layer-norm]}",
        "5:12: when: unknown parameter 'activaton'; did you mean 'activation'?"
      ),
      (
        "  - activation: {choice: [relu, tanh]}\n  - when: {activation: relo, layers: [layer-norm]}",
        "5:24: when: activation cannot be relo; did you mean 'relu'?"
      ),
      (
        "  - when: {activation: relu, layers: [layer-norm]}\n  - activation: {choice: [relu, tanh]}",
        "4:12: when: activation comes later; a condition needs a parameter before it"
      ),
      (
        "  - when: {optimizer: adam, layers: [layer-norm]}",
        "4:12: when: optimizer comes later; a condition needs a parameter before it"
      ),
      (
        "  - choice: [none, activation: {choice: [relu, tanh]}]\n  - when: {choice.activation: relu, layers: [layer-norm]}",
        "5:12: when: choice.activation may not exist here,"
      ),
      (
        "  - repeat: {times: {int: [1, 2]}, layers: [activation: {choice: [relu, tanh]}]}\n  - when: {\"repeat[1].activation\": relu, layers: [layer-norm]}",
        "5:12: when: repeat[1].activation may not exist here,"
      ),
      (
        "  - dropout: {rate: {float: [0.1, 0.5]}}\n  - when: {dropout.rate: 0.2, layers: [layer-norm]}",
        "5:26: when: dropout.rate cannot be 0.2; a condition needs a choice or an int, not a float"
      ),
      (
        "  - dense: {units: {int: [4, 8]}}\n  - when: {dense.units: [4, 9], layers: [layer-norm]}",
        "5:29: when: dense.units cannot be 9; expected a whole number from 4 to 8"
      ),
      (
        "  - activation: {choice: [relu, tanh]}\n  - when: {activation: [], layers: [layer-norm]}",
        "5:24: when: activation: expected at least one value"
      ),
      (
        "  - activation: {choice: [relu, tanh]}\n  - when: {activation: relu}",
        "5:11: when: missing key 'layers'"
      ),
      ("  - when: {layers: [layer-norm]}", "4:11: when: expected a parameter's name with its values"),
      (
        "  - when: relu", "4:11: when: expected a mapping such as {activation: relu, layers: […]}, got 'relu'"
      ),
    ])
  func `a condition that cannot be is an error with its place`(_ layers: String, _ expected: String) {
    let training = ["optimizer": "{choice: [adam, sgd]}"]
    let error = spaceError(layers: layers, training: training)
    #expect(error?.hasPrefix("s.yaml:" + expected) == true, "\(error ?? "no error")")
  }

  @Test func `the last layer must not depend on a condition`() {
    let yaml = plainYAML(line: 4, "  - activation: {choice: [relu, tanh]}")
      .replacing(
        "  - dense: {units: classes}", with: "  - when: {activation: relu, layers: [dense: {units: classes}]}"
      )
    #expect(errorText(yaml)?.contains("the last layer must be 'dense: {units: classes}'") == true)
  }

  @Test func `conditions that cross in too many ways are refused, not written out`() {
    // Twenty open choices, all of which the last layers ask for: 2²⁰ combinations.
    let choices = (0..<20).map { _ in "  - dense: {units: {choice: [4, 8]}}" }
    let conditions = (0..<20).map { index in
      "  - when: {dense\(index == 0 ? "" : String(index + 1)).units: 4, layers: [activation: {choice: [relu, tanh]}]}"
    }
    let error = spaceError(layers: (choices + conditions).joined(separator: "\n"))
    #expect(
      error?.contains("the conditions and shared blocks around it lead to more than 200000 combinations")
        == true,
      "\(error ?? "no error")")
  }

  @Test func `samples and mutations respect conditions`() throws {
    let space = try makeSpace(
      layers: Self.activation + "  - when: {activation: relu, layers: [dropout: {rate: {float: [0.1, 0.5]}}]}"
    )
    var stream = stream("conditions")
    var point = space.choices.sample(using: &stream)
    for _ in 0..<500 {
      for next in [space.choices.sample(using: &stream), space.choices.mutate(point, using: &stream)] {
        try space.choices.validate(next)
        #expect((next["dropout.rate"] != nil) == (next["activation"]?.text == "relu"))
        point = next
      }
    }
    #expect(
      !space.choices.contains(
        Assignment(values: ["activation": .option(index: 2, label: "tanh"), "dropout.rate": .real(0.2)])))
  }
}
