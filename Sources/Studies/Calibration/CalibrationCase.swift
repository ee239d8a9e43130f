import EnergyMetering
import NeuralNetworks

/// A workload of the calibration: a network, a batch, and what is repeated.
struct CalibrationCase: Sendable {
  var name: String
  var engineCase: EngineCase

  private init(
    _ name: String, _ shape: [Int], _ layers: [Layer], batch: Int, mode: EngineCase.Mode = .training
  ) {
    self.name = name
    engineCase = EngineCase(
      architecture: Architecture(sampleShape: shape, layers: layers), batch: batch, samples: 4 * batch,
      mode: mode)
  }

  /// What `ArchitectureCosts` counts for the samples of a step.
  func operationsPerStep() throws -> OperationCount {
    let costs = try engineCase.architecture.costs()
    let batch = Double(engineCase.batch)
    switch engineCase.mode {
    case .training: return costs.training * batch
    case .inference: return costs.forward * batch
    }
  }

  /// Mixes that pull the coefficients apart: products bound by arithmetic, layers and single samples bound by memory,
  /// and networks so small that the time between the operations counts.
  static let all = [
    // Bound by arithmetic: large products, in batches that keep the weights in the caches.
    dense("wide", [512, 1024, 1024], batch: 256),
    dense("wide-inference", [512, 1024, 1024], batch: 256, mode: .inference),
    dense("digits", [784, 512, 512], batch: 128),
    convolutional("images", [28, 28, 1], filters: [32, 64], batch: 64),
    convolutional("colours", [32, 32, 3], filters: [32, 64], batch: 32),
    // Bound by memory: weights read anew for each sample, or values touched once.
    dense("weights", [1024, 2048, 2048], batch: 1, mode: .inference),
    dense("weights-in-cache", [256, 512, 512], batch: 1, mode: .inference),
    dense("few-samples", [512, 1024, 1024], batch: 4),
    CalibrationCase(
      "values", [64, 64, 16],
      [
        .batchNorm, .activation(.relu), .batchNorm, .activation(.gelu), .maxPool(.init(size: 2)),
        .globalAveragePool, .dense(units: 10),
      ], batch: 32),
    CalibrationCase(
      "separable", [32, 32, 3],
      [
        .separableConv2d(filters: 32, window: .init(kernel: 3)), .batchNorm, .activation(.relu),
        .separableConv2d(filters: 64, window: .init(kernel: 3)), .batchNorm, .activation(.relu),
        .globalAveragePool, .dense(units: 10),
      ], batch: 32),
    // Small networks.
    dense("small", [64, 32], batch: 32),
    dense("medium", [64, 128, 128], batch: 32),
    dense("deep", [100] + Array(repeating: 25, count: 30), batch: 32),
    convolutional("small-images", [8, 8, 1], filters: [16, 32], batch: 32),
  ]

  private static func dense(
    _ name: String, _ sizes: [Int], batch: Int, mode: EngineCase.Mode = .training
  ) -> CalibrationCase {
    let hidden = sizes.dropFirst().flatMap { [Layer.dense(units: $0), .activation(.relu)] }
    return CalibrationCase(name, [sizes[0]], hidden + [.dense(units: 10)], batch: batch, mode: mode)
  }

  private static func convolutional(
    _ name: String, _ shape: [Int], filters: [Int], batch: Int
  ) -> CalibrationCase {
    let blocks = filters.flatMap { count -> [Layer] in
      [
        .conv2d(filters: count, window: .init(kernel: 3)), .batchNorm, .activation(.relu),
        .maxPool(.init(size: 2)),
      ]
    }
    return CalibrationCase(name, shape, blocks + [.flatten, .dense(units: 10)], batch: batch)
  }
}

extension ArchitectureCosts {
  /// What a sample takes in training.
  var training: OperationCount {
    OperationCount(flops: Double(trainingFlopsPerSample), bytes: Double(trainingBytesPerSample))
  }

  /// What a sample takes in inference.
  var forward: OperationCount {
    OperationCount(flops: Double(forwardFlopsPerSample), bytes: Double(forwardBytesPerSample))
  }
}
