extension TrainingHyperparameters {
  /// The same training in another number of epochs, with its schedule drawn together: what is counted in epochs, the warm-up
  /// and the epochs between steps, keeps its share of the whole. Patience stays what it is.
  ///
  /// - Parameter count: the epochs, at least 1.
  public func shortened(toEpochs count: Int) -> TrainingHyperparameters {
    var training = self
    training.epochs = count
    if warmUp >= 1 {
      // Below 1 it is a share of all steps; a warm-up of the whole training stays one.
      let share = warmUp / Double(epochs)
      training.warmUp = share < 1 ? share : Double(count)
    }
    if case .step(let every, let factor) = schedule {
      let drawn = (Double(every) * Double(count) / Double(epochs)).rounded()
      training.schedule = .step(every: max(1, Int(drawn)), factor: factor)
    }
    return training
  }
}
