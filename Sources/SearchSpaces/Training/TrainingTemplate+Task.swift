import Datasets
import NeuralNetworks
import Training

extension LossName {
  /// The loss that `auto` stands for; any other is itself.
  func resolved(for task: LearningTask) -> LossName {
    guard self == .auto else { return self }
    return if case .regression = task { .meanSquaredError } else { .crossEntropy }
  }

  /// The loss of this name with its default constants.
  func loss(for task: LearningTask) -> Loss {
    switch resolved(for: task) {
    case .auto, .crossEntropy: .crossEntropy()
    case .binaryCrossEntropy: .binaryCrossEntropy()
    case .meanSquaredError: .meanSquaredError
    case .huber: .huber()
    }
  }
}

extension TrainingTemplate {
  /// Checks that every choice of the training is one for the data.
  ///
  /// - Throws: ``ConfigurationError`` with the place of the first that is not.
  func check(for task: LearningTask, sampleShape: [Int]) throws {
    for option in self[.loss].fixedOptions {
      guard let name = LossName(rawValue: option.value.text) else { continue }
      if name.loss(for: task).outputCount(for: task) == nil {
        let known = LossName.allCases.filter { $0.loss(for: task).outputCount(for: task) != nil }
        throw option.error(
          "loss: \(name.rawValue) is not for \(task.phrase); known for it: "
            + known.map(\.rawValue).joined(separator: ", "))
      }
    }
    switch task {
    case .regression:
      for key in [TrainingKey.labelSmoothing, .classWeights] {
        let isDefault = self[key].value == key.defaultValue.map(ScalarTemplate.fixed)
        if !isDefault { throw self[key].error("\(key.rawValue): a regression has no classes; leave it out") }
      }
    case .classification(let classes):
      for option in self[.classWeights].fixedOptions {
        if case .numbers(let weights) = option.value, weights.count != classes {
          throw option.error(
            "class-weights: expected \(classes) numbers, one a class, got \(weights.count)")
        }
      }
    }
    if !Augmentation.isImage(sampleShape) {
      for key in [TrainingKey.shift, .flip]
      where self[key].value != key.defaultValue.map(ScalarTemplate.fixed) {
        throw self[key].error(
          "\(key.path.name): needs images, with samples of the shape [height, width] or [height, width, channels]; "
            + "these have \(sampleShape)")
      }
    }
  }

  /// The numbers of outputs that the losses ask for.
  func outputCounts(for task: LearningTask) -> Set<Int> {
    Set(
      self[.loss].fixedOptions.compactMap { option in
        LossName(rawValue: option.value.text)?.loss(for: task).outputCount(for: task)
      })
  }
}

extension Located<ScalarTemplate> {
  /// The values that this can be, without those of ranges.
  fileprivate var fixedOptions: [Located<ScalarValue>] {
    switch value {
    case .fixed(let value): [Located<ScalarValue>(value: value, place: place)]
    case .integers, .reals: []
    case .choice(let options): options.flatMap(\.fixedOptions)
    }
  }
}
