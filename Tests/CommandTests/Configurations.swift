import Foundation

/// A study of the digits that takes a moment. Four of its layers' eight combinations mean the same network twice: with
/// a dropout of rate 0 and without one.
let smallConfiguration = """
  name: small
  dataset: {name: digits, split: [0.6, 0.2, 0.2]}
  architecture:
    - dense: {units: {choice: [8, 16]}}
    - activation: {choice: [relu, tanh]}
    - choice:
        - none
        - dropout: {rate: 0}
    - dense: {units: classes}
  training:
    optimizer: {choice: [sgd, adam]}
    learning-rate: {float: [1e-3, 1e-1], scale: log, grid: 2}
    batch-size: 64
    epochs: 2
  search: {strategy: random, trials: 8, seed: 11}
  energy: {source: power-model, pue: 1.2, region: DE, inference: {measure: none}}
  execution: {workers: 2}

  """

/// The path of a search space that the repository ships.
func shippedSpace(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("search-spaces/\(name).yaml").path
}

extension Workplace {
  /// A workplace with the small study as `small.yaml`.
  static func withSmallStudy() throws -> Workplace {
    let place = try Workplace()
    try place.write(smallConfiguration, to: "small.yaml")
    return place
  }
}
