import NeuralNetworks

extension TrainingHyperparameters {
  /// The hyperparameters in one line, such as `adam 0.9 0.999 1e-08; rate 0.001 cosine; batch 32; epochs 20`, with
  /// further parts only for what has an effect: equal trainings have equal texts.
  var canonicalText: String {
    var parts = [
      Self.text(optimizer), "rate \(learningRate) \(scheduleText)", "batch \(batchSize)", "epochs \(epochs)",
    ]
    if let text = Self.text(loss) { parts.append("loss \(text)") }
    if loss.isOfClasses, !classWeights.isUniform { parts.append("class weights \(Self.text(classWeights))") }
    if let gradientClip { parts.append("clip \(gradientClip)") }
    if warmUp > 0 { parts.append("warm-up \(warmUp)") }
    // After one epoch there is no other to keep; a patience of all epochs never ends a training.
    if let patience, epochs > 1 { parts.append("patience \(min(patience, epochs))") }
    if augmentation.shift > 0 { parts.append("shift \(augmentation.shift)") }
    if augmentation.flip != .none { parts.append("flip \(augmentation.flip.rawValue)") }
    if augmentation.noise > 0 { parts.append("noise \(augmentation.noise)") }
    return parts.joined(separator: "; ")
  }

  private static func text(_ optimizer: Optimizer) -> String {
    // Adding 0 makes a negative zero positive.
    func suffix(_ decay: Double) -> String { decay == 0 ? "" : " decay \(decay)" }
    switch optimizer {
    case .sgd(let momentum, let nesterov, let decay):
      return "sgd \(momentum + 0)" + (nesterov && momentum != 0 ? " nesterov" : "") + suffix(decay)
    case .rmsprop(let smoothing, let epsilon, let decay):
      return "rmsprop \(smoothing + 0) \(epsilon + 0)" + suffix(decay)
    case .adamw(let beta1, let beta2, let epsilon, let decay) where decay != 0:
      return "adamw \(beta1 + 0) \(beta2 + 0) \(epsilon + 0)" + suffix(decay)
    case .adam(let beta1, let beta2, let epsilon, let decay),
      .adamw(let beta1, let beta2, let epsilon, let decay):
      return "adam \(beta1 + 0) \(beta2 + 0) \(epsilon + 0)" + suffix(decay)
    }
  }

  private var scheduleText: String {
    switch schedule {
    case .constant: "constant"
    case .step(_, factor: 1): "constant"
    // Its first step would come after the last epoch.
    case .step(let every, _) where every >= epochs: "constant"
    case .step(let every, let factor): "step \(every) \(factor)"
    case .cosine: "cosine"
    case .oneCycle(let peak): "one-cycle \(peak)"
    }
  }

  private static func text(_ loss: Loss) -> String? {
    func suffix(_ smoothing: Double) -> String { smoothing == 0 ? "" : " smoothing \(smoothing)" }
    switch loss {
    case .crossEntropy(let smoothing): return smoothing == 0 ? nil : "cross-entropy" + suffix(smoothing)
    case .binaryCrossEntropy(let smoothing): return "binary-cross-entropy" + suffix(smoothing)
    case .meanSquaredError: return "mean-squared-error"
    case .huber(let delta): return "huber \(delta)"
    }
  }

  private static func text(_ weights: ClassWeights) -> String {
    switch weights {
    case .uniform: "uniform"
    case .balanced: "balanced"
    case .given(let weights): "\(weights)"
    }
  }
}
