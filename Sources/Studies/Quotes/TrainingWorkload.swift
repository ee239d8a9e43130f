import NeuralNetworks
import Training

/// How many samples each part of the data has.
public struct PartSizes: Codable, Hashable, Sendable {
  /// The training part.
  public var training: Int
  /// The validation part.
  public var validation: Int
  /// The test part.
  public var test: Int

  /// Parts of the given sizes.
  public init(training: Int, validation: Int, test: Int) {
    self.training = training
    self.validation = validation
    self.test = test
  }
}

/// What a training has to do, counted before it begins: what its energy is predicted from.
public struct TrainingWorkload: Hashable, Sendable {
  /// The amounts, in the order of ``CostModel/priorSeconds``.
  let amounts: [Double]

  /// The workload of a candidate; with `patience`, as if it trained all its epochs.
  ///
  /// - Parameter epochs: how many epochs it trained, where that is known.
  /// - Throws: `ArchitectureError` if its layers do not fit together.
  public init(
    _ candidate: Candidate, _ parts: PartSizes, epochs trained: Int? = nil
  ) throws(ArchitectureError) {
    let costs = try candidate.architecture.costs()
    let training = candidate.training
    let epochs = Double(trained ?? training.epochs)
    let batch = max(1, min(training.batchSize, parts.training))
    let steps = epochs * Double((parts.training + batch - 1) / batch)
    let evaluations =
      Double(parts.test) + Double(parts.validation) * (training.patience == nil ? 1 : epochs)
    let samples = epochs * Double(parts.training)
    amounts = [
      1,
      steps * Double(Self.layerCount(candidate.architecture.layers)),
      samples + evaluations,
      samples * Double(costs.trainingFlopsPerSample) + evaluations * Double(costs.forwardFlopsPerSample),
      samples * Double(costs.trainingBytesPerSample) + evaluations * Double(costs.forwardBytesPerSample),
      steps * Double(costs.parameters),
    ]
  }

  /// All layers, those inside others counted.
  static func layerCount(_ layers: [Layer]) -> Int {
    layers.reduce(0) { count, layer in
      switch layer {
      case .residual(let body): count + 1 + layerCount(body)
      case .branches(_, let paths): count + 1 + paths.reduce(0) { $0 + layerCount($1) }
      default: count + 1
      }
    }
  }
}
