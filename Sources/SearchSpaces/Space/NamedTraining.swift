import Training

/// The training hyperparameters of a space, with the names of those that are open.
struct NamedTraining: Sendable {
  let optimizer: NamedScalar
  let momentum: NamedScalar
  let learningRate: NamedScalar
  let schedule: NamedScalar
  let batchSize: NamedScalar
  let epochs: NamedScalar

  init(_ template: TrainingTemplate) {
    optimizer = NameScope.scalar(template.optimizer, name: "optimizer")
    momentum = NameScope.scalar(template.momentum, name: "momentum")
    learningRate = NameScope.scalar(template.learningRate, name: "learning-rate")
    schedule = NameScope.scalar(template.schedule, name: "schedule")
    batchSize = NameScope.scalar(template.batchSize, name: "batch-size")
    epochs = NameScope.scalar(template.epochs, name: "epochs")
  }

  /// The open choices; the momentum exists only where the optimizer is sgd.
  var decisions: [Decision] {
    optimizer.decisions { $0 == .name("sgd") ? momentum.decisions() : [] }
      + learningRate.decisions() + schedule.decisions() + batchSize.decisions() + epochs.decisions()
  }
}
