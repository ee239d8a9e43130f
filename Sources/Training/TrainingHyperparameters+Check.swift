import NeuralNetworks

extension TrainingHyperparameters {
  /// Checks every number.
  ///
  /// - Throws: `TrainingFailure.hyperparameter` naming the first that is out of its range.
  public func check() throws(TrainingFailure) {
    try checkLoss()
    try checkOptimizer()
    try Self.require(
      SinglePrecision.isPositive(learningRate), "learning rate", learningRate,
      "a number from \(SinglePrecision.positiveRange)")
    try checkSchedule()
    guard 1...Architecture.Limits.units ~= batchSize else {
      throw .hyperparameter(
        name: "batch size", value: "\(batchSize)",
        expected: "an integer in 1 ... \(Architecture.Limits.units)")
    }
    guard 1...1_000_000 ~= epochs else {
      throw .hyperparameter(name: "epochs", value: "\(epochs)", expected: "an integer in 1 ... 1000000")
    }
    try Self.require(
      warmUp < 1 || warmUp <= Double(epochs), "warm-up", warmUp,
      "at most the \(epochs) epochs of the training")
    if let patience, patience < 1 {
      throw .hyperparameter(name: "patience", value: "\(patience)", expected: "a positive integer")
    }
    guard 0...1_000 ~= augmentation.shift else {
      throw .hyperparameter(
        name: "shift", value: "\(augmentation.shift)", expected: "an integer in 0 ... 1000")
    }
    try Self.require(0...1_000 ~= augmentation.noise, "noise", augmentation.noise, "a number in 0 ... 1000")
  }

  private static func require(
    _ holds: Bool, _ name: String, _ value: Double, _ expected: String
  ) throws(TrainingFailure) {
    if !holds { throw .hyperparameter(name: name, value: "\(value)", expected: expected) }
  }

  private func checkLoss() throws(TrainingFailure) {
    switch loss {
    case .crossEntropy(let smoothing), .binaryCrossEntropy(let smoothing):
      try Self.require(0...1 ~= smoothing, "label smoothing", smoothing, "a number in 0 ... 1")
    case .meanSquaredError: break
    case .huber(let delta):
      try Self.require(1e-6...1e6 ~= delta, "huber delta", delta, "a number in 1e-6 ... 1e6")
    }
    if case .given(let weights) = classWeights {
      for weight in weights {
        try Self.require(1e-6...1e6 ~= weight, "class weight", weight, "a number in 1e-6 ... 1e6")
      }
    }
  }

  private func checkOptimizer() throws(TrainingFailure) {
    func requireShare(_ value: Double, _ name: String) throws(TrainingFailure) {
      try Self.require(SinglePrecision.isShare(value), name, value, SinglePrecision.shares)
    }
    // Below the smallest normal number, the engine would take it for 0.
    func requireEpsilon(_ value: Double) throws(TrainingFailure) {
      try Self.require(
        Double(Float.leastNormalMagnitude)...1 ~= value, "epsilon", value, "a number in 1.2e-38 ... 1")
    }
    let weightDecay: Double
    switch optimizer {
    case .sgd(let momentum, _, let decay):
      try requireShare(momentum, "momentum")
      weightDecay = decay
    case .rmsprop(let smoothing, let epsilon, let decay):
      try requireShare(smoothing, "smoothing")
      try requireEpsilon(epsilon)
      weightDecay = decay
    case .adam(let beta1, let beta2, let epsilon, let decay),
      .adamw(let beta1, let beta2, let epsilon, let decay):
      try requireShare(beta1, "beta1")
      try requireShare(beta2, "beta2")
      try requireEpsilon(epsilon)
      weightDecay = decay
    }
    try Self.require(
      weightDecay == 0 || SinglePrecision.isPositive(weightDecay) && weightDecay <= 1e6, "weight decay",
      weightDecay, "0 or a number from 1.2e-38 to 1e6")
    if let gradientClip {
      try Self.require(
        SinglePrecision.isPositive(gradientClip), "gradient clip", gradientClip,
        "a number from \(SinglePrecision.positiveRange)")
    }
  }

  private func checkSchedule() throws(TrainingFailure) {
    try Self.require(0...1_000_000 ~= warmUp, "warm-up", warmUp, "a number in 0 ... 1000000")
    switch schedule {
    case .constant, .cosine: break
    case .step(let every, let factor):
      guard every >= 1 else {
        throw .hyperparameter(name: "step every", value: "\(every)", expected: "a positive integer")
      }
      try Self.require(factor > 0 && factor <= 1, "step factor", factor, "a number above 0 and at most 1")
    case .oneCycle(let peak):
      try Self.require(peak > 0 && peak < 1, "one-cycle peak", peak, "a number above 0 and below 1")
    }
  }
}
