import SearchSpaces

/// A space for tests, with its size counted by hand.
struct SpaceUnderTest: Sendable {
  let name: String
  /// The number of points; nil where it is continuous or larger than an Int.
  let points: Int?
  /// The number of grid cells; nil where it has no grid.
  let cells: Int?
  var architecture: [String] = []
  var training: [String: String] = [:]
  /// Further sections behind the training.
  var sections = ""

  func makeSpace() throws -> SearchSpace {
    var values = ["optimizer": "adam", "learning-rate": "0.01", "batch-size": "32", "epochs": "5"]
    values.merge(training) { $1 }
    let layers = (architecture + ["dense: {units: classes}"]).map { "  - \($0)\n" }.joined()
    let lines = values.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }.joined()
    let yaml = "name: s\ndataset: {name: digits}\narchitecture:\n\(layers)training:\n\(lines)\(sections)"
    return try StudyConfiguration(yaml: yaml, fileName: "s.yaml")
      .searchSpace(sampleShape: [4], classCount: 3)
  }

  static let singlePoint = SpaceUnderTest(name: "a single point", points: 1, cells: 1)

  static let pair = SpaceUnderTest(
    name: "two points", points: 2, cells: 2, training: ["epochs": "{choice: [5, 10]}"])

  static let small = SpaceUnderTest(
    name: "a small space", points: 12, cells: 12,
    architecture: ["dense: {units: {choice: [4, 8]}}"],
    training: ["batch-size": "{choice: [16, 32]}", "epochs": "{int: [1, 3]}"])

  /// Its grid index has the digits units (5), rate (3), learning rate (7), batch size (4).
  static let flat = SpaceUnderTest(
    name: "a flat space", points: 420, cells: 420,
    architecture: [
      "dense: {units: {choice: [4, 8, 16, 32, 64]}}", "dropout: {rate: {choice: [0.1, 0.2, 0.3]}}",
    ],
    training: [
      "learning-rate": "{choice: [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]}",
      "batch-size": "{choice: [8, 16, 32, 64]}",
    ])

  /// The inner repetition has 3 + 3² cells and the choice 3, so the body has 36; the outer one has 1 + 36 + 36²; sgd
  /// has two momenta and adam has none.
  static let nested = SpaceUnderTest(
    name: "nested repetitions", points: (1 + 36 + 36 * 36) * 3, cells: (1 + 36 + 36 * 36) * 3,
    architecture: [
      """
      repeat:
            times: {int: [0, 2]}
            layers:
              - repeat: {times: {int: [1, 2]}, layers: [dense: {units: {choice: [4, 8, 16]}}]}
              - choice: [activation: relu, dropout: {rate: {choice: [0.1, 0.2]}}]
      """
    ],
    training: ["optimizer": "{choice: [sgd, adam]}", "momentum": "{choice: [0.5, 0.9]}"])

  static let gridded = SpaceUnderTest(
    name: "floats with grid points", points: nil, cells: 4 * 3 * 2,
    training: [
      "optimizer": "sgd", "learning-rate": "{float: [1e-4, 1e-1], scale: log, grid: 4}",
      "momentum": "{float: [0.0, 0.9], grid: 3}", "batch-size": "{choice: [16, 32]}",
    ])

  static let continuous = SpaceUnderTest(
    name: "floats", points: nil, cells: nil,
    architecture: ["dropout: {rate: {float: [0.0, 0.5]}}"],
    training: ["learning-rate": "{float: [1e-4, 1e-1], scale: log}"])

  /// 10¹⁵ cells: numbered, never listed.
  static let vast = SpaceUnderTest(
    name: "a quadrillion cells", points: 1_000_000_000_000_000, cells: 1_000_000_000_000_000,
    architecture: Array(repeating: "dense: {units: {int: [1, 1000]}}", count: 4),
    training: ["epochs": "{int: [1, 1000]}"])

  static let uncountable = SpaceUnderTest(
    name: "more cells than an Int counts", points: nil, cells: nil,
    architecture: ["repeat: {times: {int: [0, 8]}, layers: [dense: {units: {int: [1, 1000]}}]}"])

  /// ReLU has three rates and the others none: 5 ways, times 4 batch sizes and 3 numbers of epochs. Left out are tanh
  /// with 8 or 16 samples, 2 · 3, and a rate of 0.3 for 3 epochs, 4.
  static let conditional = SpaceUnderTest(
    name: "conditions and exclusions", points: 5 * 4 * 3 - 6 - 4, cells: 5 * 4 * 3 - 6 - 4,
    architecture: [
      "activation: {choice: [relu, tanh, gelu]}",
      "when: {activation: relu, layers: [dropout: {rate: {choice: [0.1, 0.2, 0.3]}}]}",
    ],
    training: ["batch-size": "{choice: [8, 16, 32, 64]}", "epochs": "{int: [1, 3]}"],
    sections: """
      unless:
        - {activation: tanh, batch-size: [8, 16]}
        - {dropout.rate: 0.3, epochs: 3}

      """)

  /// One or two layers of 1 to 20 units between 4 values and 3 classes. A layer of n has 5n + 3n + 3 parameters: at most
  /// 35 for n ≤ 4. Two of n and m have 5n + (n + 1)m + 3m + 3: for n = 1 m ≤ 5, n = 2 m ≤ 3 (22/6), n = 3 m ≤ 2 (17/7),
  /// n = 4 m ≤ 1 (12/8), n = 5 none (7/9): 11.
  static let constrained = SpaceUnderTest(
    name: "a constraint that few points meet", points: (4 + 11) * 2, cells: (4 + 11) * 2,
    architecture: ["repeat: {times: {int: [1, 2]}, layers: [dense: {units: {int: [1, 20]}}]}"],
    training: ["epochs": "{choice: [5, 10]}"], sections: "constraints: {max-parameters: 35}\n")
}

let spacesUnderTest: [SpaceUnderTest] = [
  .singlePoint, .pair, .small, .flat, .nested, .gridded, .continuous, .vast, .uncountable, .conditional,
  .constrained,
]
