/// A key of the section `training`; nested ones are written with a dot.
enum TrainingKey: String, CaseIterable, Sendable {
  case loss
  case labelSmoothing = "label-smoothing"
  case classWeights = "class-weights"
  case huberDelta = "huber-delta"
  case optimizer
  case momentum
  case nesterov
  case smoothing
  case beta1
  case beta2
  case epsilon
  case weightDecay = "weight-decay"
  case gradientClip = "gradient-clip"
  case learningRate = "learning-rate"
  case schedule
  case stepEvery = "step-every"
  case stepFactor = "step-factor"
  case oneCyclePeak = "one-cycle-peak"
  case warmUp = "warm-up"
  case batchSize = "batch-size"
  case epochs
  case patience
  case shift = "augmentation.shift"
  case flip = "augmentation.flip"
  case noise = "augmentation.noise"

  /// The key of the mapping that nested keys stand in.
  static let augmentation = "augmentation"

  /// The mapping that the key stands in within `training`, and the name that it has there.
  var path: (section: String?, name: String) {
    guard let dot = rawValue.firstIndex(of: ".") else { return (nil, rawValue) }
    return (String(rawValue[..<dot]), String(rawValue[rawValue.index(after: dot)...]))
  }

  /// The key whose value decides whether this one exists, and the values under which it does.
  var owner: (key: TrainingKey, values: [String])? {
    switch self {
    case .labelSmoothing, .classWeights:
      (.loss, [LossName.crossEntropy, .binaryCrossEntropy].map(\.rawValue))
    case .huberDelta: (.loss, [LossName.huber.rawValue])
    case .momentum, .nesterov: (.optimizer, [OptimizerName.sgd.rawValue])
    case .smoothing: (.optimizer, [OptimizerName.rmsprop.rawValue])
    case .beta1, .beta2: (.optimizer, [OptimizerName.adam, .adamw].map(\.rawValue))
    case .epsilon: (.optimizer, [OptimizerName.rmsprop, .adam, .adamw].map(\.rawValue))
    case .stepEvery, .stepFactor: (.schedule, [ScheduleName.step.rawValue])
    case .oneCyclePeak: (.schedule, [ScheduleName.oneCycle.rawValue])
    default: nil
    }
  }

  /// What stands for a key that is not written; nil where it must be.
  var defaultValue: ScalarValue? {
    switch self {
    case .loss: .name(LossName.auto.rawValue)
    case .labelSmoothing, .warmUp, .noise: .real(0)
    case .classWeights: .name(ScalarSlot.uniformWord)
    case .huberDelta: .real(1)
    case .momentum: .real(0.9)
    case .nesterov: .boolean(false)
    case .smoothing: .real(0.99)
    case .beta1: .real(0.9)
    case .beta2: .real(0.999)
    case .epsilon: .real(1e-8)
    case .weightDecay: .name(ScalarSlot.autoWord)
    case .gradientClip, .patience, .flip: .name(ScalarSlot.noneWord)
    case .schedule: .name(ScheduleName.constant.rawValue)
    case .stepEvery: .integer(10)
    case .stepFactor: .real(0.1)
    case .oneCyclePeak: .real(0.3)
    case .shift: .integer(0)
    case .optimizer, .learningRate, .batchSize, .epochs: nil
    }
  }
}

/// The names of losses.
enum LossName: String, CaseIterable {
  /// Cross-entropy for classes, squared error for a regression.
  case auto
  case crossEntropy = "cross-entropy"
  case binaryCrossEntropy = "binary-cross-entropy"
  case meanSquaredError = "mean-squared-error"
  case huber
}

/// The names of optimisers.
enum OptimizerName: String, CaseIterable {
  case sgd, rmsprop, adam, adamw
}

/// The names of learning-rate schedules.
enum ScheduleName: String, CaseIterable {
  case constant, step, cosine
  case oneCycle = "one-cycle"
}
