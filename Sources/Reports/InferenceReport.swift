import EnergyMetering
import Studies

/// The energy of a trial's inferences in JSON, for `wattle show RUN TRIAL --json`.
struct InferenceReport: Encodable, Sendable {
  /// Many inferences that were metered together.
  struct Window: Encodable, Sendable {
    var batchSize: Int
    var inferences: Int
    var seconds: Double
    var energyPerInference: EnergyFigure

    init(_ window: InferenceMeasurement.Window) {
      batchSize = window.batchSize
      inferences = window.inferences
      seconds = window.seconds
      energyPerInference = EnergyFigure(window.energyPerInference)
    }
  }

  /// I: at batch 1 where it was measured, else by the model.
  var energy: EnergyFigure
  var method: InferenceMethod
  /// At batch 1 and at the batch of the training; nil where they were not measured.
  var windows: [Window]?
  /// Why a measuring led to nothing.
  var failure: String?

  /// The report of a trial of a run; nil while it has no result.
  init?(_ run: RunRecord, trial: Trial) {
    guard let energy = run.inferenceEnergy(of: trial) else { return nil }
    self.energy = EnergyFigure(energy)
    method = run.inferenceMethod(of: trial)
    windows = run.inferenceMeasurement(of: trial).map { [$0.single, $0.trainingBatch].map(Window.init) }
    failure = windows == nil ? trial.inferenceFailure : nil
  }
}

extension RunRecord {
  /// T + I · e of a trial's network, where it is an objective of the run and was measured.
  func lifeCycleEnergy(of trial: Trial) -> EnergyReading? {
    configuration.energy.inferences.flatMap { trial.lifeCycleEnergy(inferences: $0, among: trials) }
  }

  /// The energy of a trial's inferences, in words.
  func inferenceRows(of trial: Trial) -> [(String, String)] {
    guard let energy = inferenceEnergy(of: trial) else { return [] }
    guard let measurement = inferenceMeasurement(of: trial) else {
      let cause = trial.inferenceFailure.map { "; not measured: \($0)" } ?? ""
      return [("inference energy", "\(energy.formatted), by the operations of the training\(cause)")]
    }
    var rows = [("inference energy", Self.text(of: measurement.single))]
    if measurement.trainingBatch.batchSize > 1 {
      rows.append(("in training's batch", Self.text(of: measurement.trainingBatch)))
    }
    if let overhead = trainingOverhead(of: trial) {
      rows.append(
        (
          "overhead θ",
          "\(NumberText.significant(overhead)) = T / (E · D · I), I at batch \(measurement.trainingBatch.batchSize)"
        ))
    }
    if let inferences = configuration.energy.inferences, let life = lifeCycleEnergy(of: trial) {
      rows.append(
        (
          "life-cycle energy",
          "\(life.formattedInterval) = T + I · e, e = \(NumberText.count(inferences)) inferences"
        ))
    }
    return rows
  }

  private static func text(of window: InferenceMeasurement.Window) -> String {
    "\(window.energyPerInference.formatted), at batch \(window.batchSize): "
      + "\(NumberText.grouped(Double(window.inferences))) in \(NumberText.significant(window.seconds)) s"
  }
}
