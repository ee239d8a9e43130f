import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Numerics
import SearchSpaces
import Training

extension UntrustedReader {
  /// A configuration: lines that begin with `--set` are overrides, the rest is the file. What it says is written out and read
  /// again, its space is made for images and for rows, and some candidates are drawn.
  static let configuration = UntrustedReader("configuration", largestInput: 8192, examples: examples) {
    bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    var overrides: [String] = []
    var yaml = text[...]
    while yaml.hasPrefix("--set ") {
      let line = yaml.prefix { $0 != "\n" }
      overrides.append(String(line.dropFirst("--set ".count)))
      yaml = yaml.dropFirst(line.count + 1)
    }
    let configuration = try StudyConfiguration(
      yaml: String(yaml), fileName: "input.yaml", overrides: overrides)
    try checkResolved(configuration)
    let tasks: [([Int], LearningTask)] = [
      ([8, 8, 1], .classification(classes: 10)), ([30], .regression),
    ]
    for (shape, task) in tasks {
      let configuration = configuration.withObjectives(for: task)
      guard let space = try? configuration.searchSpace(sampleShape: shape, task: task, estimates: Flat())
      else { continue }
      try draw(from: space)
    }
  }

  private static func checkResolved(_ configuration: StudyConfiguration) throws {
    let resolved = configuration.resolvedYAML
    do {
      let again = try StudyConfiguration(yaml: resolved, fileName: "resolved.yaml")
      try require(again == configuration, "the resolved configuration says the same")
      try require(again.resolvedYAML == resolved, "the resolved configuration resolves to itself")
    } catch let error as ConfigurationError {
      // Defaults and aliases that are written out may be too much.
      let isTooLarge = error.message.contains("more than") || error.message.contains("aliases")
      try require(isTooLarge, "the resolved configuration is read: \(error)")
    }
  }

  private static func draw(from space: SearchSpace) throws {
    let choices = space.choices
    var stream = RandomStream(seed: 1, purpose: "untrusted")
    var previous = choices.sample(using: &stream)
    for step in 0..<4 {
      let point: Assignment
      switch step {
      case 0: point = previous
      case 1: point = choices.sample(using: &stream)
      case 2: point = choices.mutate(previous, using: &stream)
      default: point = choices.crossover(previous, choices.sample(using: &stream), using: &stream)
      }
      try require(choices.contains(point), "what is drawn is a point of the space")
      if let index = choices.gridIndex(of: point) {
        try require(
          choices.gridIndex(of: choices.gridAssignment(at: index)) == index, "a cell has one index")
      }
      let candidate = try space.candidate(for: point)
      _ = candidate.canonicalHash
      if (try? candidate.architecture.check(classCount: space.classCount)) != nil {
        let costs = try candidate.architecture.costs()
        try require(costs.parameters >= 0 && costs.trainingFlopsPerSample >= 0, "costs are not negative")
      }
      previous = point
    }
    if let size = choices.gridSize, size > 0 {
      for index in Set([0, size / 2, size - 1]) {
        try require(
          choices.gridIndex(of: choices.gridAssignment(at: index)) == index, "cell \(index) has its index")
      }
    }
  }

  /// Every candidate takes as long and costs as much.
  private struct Flat: CandidateEstimates {
    func latencySeconds(of candidate: Candidate, costs: ArchitectureCosts) -> Double { 1e-3 }
    func trainingEnergy(of candidate: Candidate, costs: ArchitectureCosts) -> Energy { Energy(joules: 100) }
  }

  private static let examples = [
    """
    name: digits
    dataset: {name: digits, split: [0.6, 0.2, 0.2]}
    architecture:
      - repeat:
          times: {int: [1, 4]}
          layers:
            - dense: {units: {choice: [16, 32, 64]}}
            - activation: {choice: [relu, gelu, tanh]}
            - dropout: {rate: {choice: [0, 0.2]}}
      - dense: {units: classes}
    training:
      optimizer: {choice: [sgd, adam]}
      momentum: {float: [0.5, 0.9], grid: 2}
      learning-rate: {float: [1e-4, 1e-1], scale: log, grid: 4}
      batch-size: {choice: [32, 64]}
      epochs: 20
      schedule: cosine
    objectives: [{maximize: accuracy}, {minimize: training-energy}]
    search: {strategy: evolutionary, trials: 60, budget: 2 Wh, seed: 7}
    energy: {source: auto, pue: 1.0, region: DE}
    execution: {workers: auto}
    """,
    """
    --set training.epochs=5
    --set "search.budget=20 J"
    name: cnn
    dataset: {csv: data.csv, target: kind}
    blocks:
      stem:
        - conv2d: {filters: {choice: [8, 16]}, kernel: {choice: [3, 5]}, stride: 2, padding: same}
        - batch-norm
    architecture:
      - block: stem
      - residual: {layers: [{separable-conv2d: {filters: 8, kernel: 3}}, {activation: relu}]}
      - branches: {join: concat, paths: [[{block: {name: stem, share: true}}], []]}
      - choice: [none, {max-pool: {size: 2}}, [flatten, {dense: {units: 32}}]]
      - when: {choice: none, layers: [global-average-pool]}
      - dense: {units: classes}
    training: {optimizer: adam, learning-rate: 1e-3, batch-size: 32, epochs: {int: [1, 8], scale: log}}
    unless: [{choice: none, epochs: 8}]
    constraints: {max-parameters: 100000, max-latency: 5 ms, max-training-energy: 20 J}
    search: {strategy: random, fidelity: {scheme: asha, reduction: 3, rungs: 4}, repeats: {share: 0.1, most: 3}}
    energy: {inferences: 1e9}
    """,
    """
    name: shares
    dataset: &d {name: friedman, samples: 500, values: 10, noise: 1, seed: 1}
    architecture: [{repeat: {times: {int: [0, 3]}, share: true, layers: [{dense: {units: {int: [4, 64], scale: log, step: 2}}}]}}, {dense: {units: 1}}]
    training: {optimizer: rmsprop, learning-rate: 0.01, batch-size: 8, epochs: 3, loss: huber, patience: 2}
    search: {strategy: nsga-ii, inherit-weights: {epochs: 0.5}, stop: {gain-per-kwh: 0.1}, sampling: candidates}
    """,
  ]
}
