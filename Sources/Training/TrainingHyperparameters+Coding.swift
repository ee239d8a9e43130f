import NeuralNetworks

extension TrainingHyperparameters {
  private enum Key: String, CodingKey {
    case loss, classWeights, optimizer, gradientClip, learningRate, schedule, warmUp, batchSize, epochs,
      patience, augmentation
  }

  /// Reads hyperparameters; what is missing has no effect, as in a journal written before it existed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func optional<Value: Decodable>(_ key: Key, _ fallback: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? fallback
    }
    loss = try optional(.loss, .crossEntropy())
    classWeights = try optional(.classWeights, .uniform)
    optimizer = try container.decode(Optimizer.self, forKey: .optimizer)
    gradientClip = try container.decodeIfPresent(Double.self, forKey: .gradientClip)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    switch try? container.decode(String.self, forKey: .schedule) {
    case "constant": schedule = .constant
    case "cosine": schedule = .cosine
    default: schedule = try container.decode(LearningRateSchedule.self, forKey: .schedule)
    }
    warmUp = try optional(.warmUp, 0)
    batchSize = try container.decode(Int.self, forKey: .batchSize)
    epochs = try container.decode(Int.self, forKey: .epochs)
    patience = try container.decodeIfPresent(Int.self, forKey: .patience)
    augmentation = try optional(.augmentation, Augmentation())
  }
}
