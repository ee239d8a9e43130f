import NeuralNetworks
import Training

extension SearchSpace {
  /// The decoupled weight decay of `adamw` where none is given, as in PyTorch.
  private static let decoupledWeightDecay = 0.01

  /// The hyperparameters at a point of the space.
  func hyperparameters(by assignment: Assignment) throws -> TrainingHyperparameters {
    var hyperparameters = TrainingHyperparameters(
      loss: try loss(by: assignment), optimizer: try optimizer(by: assignment),
      learningRate: try value(.learningRate, assignment).real, schedule: try schedule(by: assignment),
      batchSize: try value(.batchSize, assignment).integer, epochs: try value(.epochs, assignment).integer)
    if hyperparameters.loss.isOfClasses {
      switch try value(.classWeights, assignment) {
      case .numbers(let weights): hyperparameters.classWeights = .given(weights)
      case .name(ScalarSlot.balancedWord): hyperparameters.classWeights = .balanced
      default: hyperparameters.classWeights = .uniform
      }
    }
    hyperparameters.gradientClip = try value(.gradientClip, assignment).number
    hyperparameters.warmUp = try value(.warmUp, assignment).real
    hyperparameters.patience = try value(.patience, assignment).number.map { Int($0) }
    hyperparameters.augmentation = Augmentation(
      shift: try value(.shift, assignment).integer, flip: try name(.flip, assignment),
      noise: try value(.noise, assignment).real)
    return hyperparameters
  }

  /// What `classes` stands for at a point of the space: the outputs that the task has with the loss.
  func outputCount(by assignment: Assignment) throws -> Int {
    let name: LossName = try name(.loss, assignment)
    return name.loss(for: task).outputCount(for: task) ?? task.outputCount
  }

  private func loss(by assignment: Assignment) throws -> Loss {
    let name: LossName = try name(.loss, assignment)
    switch name.resolved(for: task) {
    case .auto, .crossEntropy:
      return .crossEntropy(labelSmoothing: try value(.labelSmoothing, assignment).real)
    case .binaryCrossEntropy:
      return .binaryCrossEntropy(labelSmoothing: try value(.labelSmoothing, assignment).real)
    case .meanSquaredError: return .meanSquaredError
    case .huber: return .huber(delta: try value(.huberDelta, assignment).real)
    }
  }

  private func optimizer(by assignment: Assignment) throws -> Optimizer {
    func real(_ key: TrainingKey) throws -> Double { try value(key, assignment).real }
    let name: OptimizerName = try name(.optimizer, assignment)
    let decay = try value(.weightDecay, assignment).number ?? (name == .adamw ? Self.decoupledWeightDecay : 0)
    switch name {
    case .sgd:
      return .sgd(
        momentum: try real(.momentum), nesterov: try value(.nesterov, assignment) == .boolean(true),
        weightDecay: decay)
    case .rmsprop:
      return .rmsprop(smoothing: try real(.smoothing), epsilon: try real(.epsilon), weightDecay: decay)
    case .adam:
      return .adam(
        beta1: try real(.beta1), beta2: try real(.beta2), epsilon: try real(.epsilon), weightDecay: decay)
    case .adamw:
      return .adamw(
        beta1: try real(.beta1), beta2: try real(.beta2), epsilon: try real(.epsilon), weightDecay: decay)
    }
  }

  private func schedule(
    by assignment: Assignment
  ) throws -> TrainingHyperparameters.LearningRateSchedule {
    let name: ScheduleName = try name(.schedule, assignment)
    switch name {
    case .constant: return .constant
    case .step:
      return .step(
        every: try value(.stepEvery, assignment).integer, factor: try value(.stepFactor, assignment).real)
    case .cosine: return .cosine
    case .oneCycle: return .oneCycle(peak: try value(.oneCyclePeak, assignment).real)
    }
  }

  private func value(_ key: TrainingKey, _ assignment: Assignment) throws -> ScalarValue {
    try resolve(training[key], by: assignment)
  }

  private func name<Name: RawRepresentable>(
    _ key: TrainingKey, _ assignment: Assignment
  ) throws -> Name where Name.RawValue == String {
    try named(training[key], by: assignment)
  }
}

extension ScalarValue {
  /// The number that this is; nil for a word such as `none` or `auto`.
  fileprivate var number: Double? {
    switch self {
    case .real, .integer: real
    case .name, .boolean, .numbers, .integers: nil
    }
  }
}
