import SearchSpaces
import Studies

/// The columns of `trials.csv` that tell of repeats and of what is known by them.
extension RunRecord {
  /// Behind the means of every study those of a regression.
  var repeatColumns: [String] {
    [
      "repeats", "repeat_count", "mean_validation_accuracy", "validation_accuracy_low",
      "validation_accuracy_high", "mean_validation_loss", "mean_training_energy_kwh",
    ] + (quality == .r2 ? ["mean_validation_rmse", "mean_validation_r2"] : [])
  }

  /// Means and the number of repeats stand where the front has them from: with trained trials that are no repeats.
  func repeatFields(of trial: Trial) -> [CSVField] {
    let isCandidate = trial.isTrained && trial.isProposal
    func mean(_ objective: Objective) -> CSVField {
      CSVField(isCandidate ? repeats.mean(of: objective, of: trial) : nil)
    }
    let accuracy = accuracyInterval(of: trial)
    return [
      CSVField(trial.repeats), CSVField(isCandidate ? repeats.repeatCount(of: trial) : nil), mean(.accuracy),
      CSVField(accuracy?.low), CSVField(accuracy?.high), mean(.loss), mean(.trainingEnergy),
    ] + (quality == .r2 ? [mean(.rmse), mean(.r2)] : [])
  }
}
