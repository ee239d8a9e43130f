import EnergyMetering
import Numerics
import Studies
import Training

/// What training a candidate again came to: `summary.json` of `wattle train`.
public struct RetrainingReport: Encodable, Sendable {
  /// The middle, the least and the most of a figure over the seeds.
  public struct Spread: Encodable, Sendable {
    var median: Double
    var smallest: Double
    var largest: Double

    init?(_ values: [Double]) {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      let middle = sorted.count / 2
      median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
      (smallest, largest) = (first, last)
    }
  }

  /// One training.
  public struct Training: Encodable, Sendable {
    var seed: UInt64
    var weights: String?
    var outcome: TrainingOutcome?
    var energy: EnergyFigure
    var wallSeconds: Double
    var cpuSeconds: Double
    var failure: String?
  }

  /// What tells this file from other programs'.
  var format = Retraining.format
  var run: String
  var trial: Int
  var hash: String
  var parameters: Int?
  var dataset: String
  var testAccuracy: Spread?
  var testRmse: Spread?
  var testR2: Spread?
  /// T: the mean energy of one training.
  var trainingEnergy: EnergyFigure?
  /// All trainings of this retraining.
  var totalEnergy: EnergyFigure?
  var trainingCo2eqG: Double?
  var trainingCo2eqLowG: Double?
  var trainingCo2eqHighG: Double?
  var region: String
  var gramsCo2eqPerKwh: Double
  var pue: Double
  /// How many trainings were asked for; fewer are done if someone stopped the command.
  var trainingsWanted: Int
  var trainingsDone: Int
  var trainings: [Training]

  /// T and its emissions as the text has them; the file has their numbers.
  private let mean: (energy: EnergyReading, emissions: Emissions)?
  /// What the rows of the table are of.
  private let source: [Retraining.Training]

  private enum CodingKeys: String, CodingKey {
    case format, run, trial, hash, parameters, dataset, testAccuracy, testRmse, testR2, trainingEnergy,
      totalEnergy, trainingCo2eqG, trainingCo2eqLowG, trainingCo2eqHighG, region, gramsCo2eqPerKwh, pue,
      trainingsWanted, trainingsDone, trainings
  }

  /// The report of a retraining.
  public init(_ run: RunRecord, _ retraining: Retraining, _ trainings: [Retraining.Training]) {
    let outcomes = trainings.compactMap(\.outcome)
    self.run = run.configuration.name
    trial = retraining.trial.number
    hash = retraining.trial.hash
    parameters = retraining.trial.costs?.parameters
    dataset = run.configuration.dataset.name
    testAccuracy = Spread(outcomes.compactMap(\.testAccuracy))
    testRmse = Spread(outcomes.compactMap(\.testRMSE))
    testR2 = Spread(outcomes.compactMap(\.testR2))
    let completed = trainings.filter { $0.outcome != nil }.map(\.completion.energy)
    mean = completed.first.map { first in
      let energy = completed.dropFirst().reduce(first, +) * (1 / Double(completed.count))
      return (energy, run.emissions(of: energy))
    }
    trainingEnergy = mean.map { EnergyFigure($0.energy) }
    if let first = trainings.first?.completion.energy {
      totalEnergy = EnergyFigure(trainings.dropFirst().map(\.completion.energy).reduce(first, +))
    }
    trainingCo2eqG = mean?.emissions.grams
    trainingCo2eqLowG = mean?.emissions.lowGrams
    trainingCo2eqHighG = mean?.emissions.highGrams
    region = run.carbonIntensity.code
    gramsCo2eqPerKwh = run.carbonIntensity.gramsPerKilowattHour
    pue = run.configuration.energy.pue
    trainingsWanted = retraining.seedCount
    trainingsDone = trainings.count
    source = trainings
    self.trainings = trainings.map {
      Training(
        seed: $0.seed, weights: $0.weights, outcome: $0.outcome, energy: EnergyFigure($0.completion.energy),
        wallSeconds: $0.completion.wallSeconds, cpuSeconds: $0.completion.cpuSeconds, failure: $0.failure)
    }
  }

  /// The text of the file.
  public func json() throws -> String { try jsonText(self) }

  /// `seeds.csv`: a row a training.
  public var table: CSVTable {
    var table = CSVTable(columns: [
      "seed", "weights", "epochs", "validation_accuracy", "test_accuracy", "validation_rmse", "test_rmse",
      "validation_r2", "test_r2", "validation_loss", "training_energy_kwh", "training_energy_low_kwh",
      "training_energy_high_kwh", "energy_source", "energy_tier", "wall_seconds", "cpu_seconds", "failure",
    ])
    for training in source {
      let (outcome, energy) = (training.outcome, training.completion.energy)
      table.append([
        CSVField(training.seed), CSVField(training.weights), CSVField(outcome?.epochs),
        CSVField(outcome?.validationAccuracy), CSVField(outcome?.testAccuracy),
        CSVField(outcome?.validationRMSE),
        CSVField(outcome?.testRMSE), CSVField(outcome?.validationR2), CSVField(outcome?.testR2),
        CSVField(outcome?.validationLoss), CSVField(energy.energy.kilowattHours),
        CSVField(energy.low.kilowattHours), CSVField(energy.high.kilowattHours),
        CSVField(energy.provenance.source), CSVField(energy.provenance.tier.rawValue),
        CSVField(training.completion.wallSeconds), CSVField(training.completion.cpuSeconds),
        CSVField(training.failure),
      ])
    }
    return table
  }

  /// One training as a line of progress.
  public static func progressText(_ training: Retraining.Training, index: Int, count: Int) -> String {
    let head = "[\(index + 1)/\(count)] seed \(training.seed) "
    if let failure = training.failure { return head + "failed: \(failure)" }
    let figures = figures(of: training.outcome).map { "\($0) \($1)" }.joined(separator: ", ")
    return head + figures + ", \(training.completion.energy.formattedEstimate)"
  }

  private static func figures(of outcome: TrainingOutcome?) -> [(String, String)] {
    [
      ("test accuracy", outcome?.testAccuracy.map { NumberText.fixed($0, decimals: 4) }),
      ("test RMSE", outcome?.testRMSE.map { NumberText.significant($0, digits: 4) }),
      ("test R²", outcome?.testR2.map { NumberText.fixed($0, decimals: 4) }),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// The figures over all seeds and what a training took, for people.
  public var text: String {
    let seeds =
      trainingsDone == trainingsWanted
      ? counted(trainingsDone, "seed") : "\(trainingsDone) of \(counted(trainingsWanted, "seed"))"
    var lines = [
      "Trial \(trial) trained in full with \(seeds), "
        + "\(NumberText.grouped(Double(parameters ?? 0))) parameters:"
    ]
    func add(_ name: String, _ spread: Spread?, _ text: (Double) -> String) {
      guard let spread else { return }
      lines.append(
        "  \(name), median \(text(spread.median)) [\(text(spread.smallest)) – \(text(spread.largest))]")
    }
    add("test accuracy", testAccuracy) { NumberText.fixed($0, decimals: 4) }
    add("test RMSE", testRmse) { NumberText.significant($0, digits: 4) }
    add("test R²", testR2) { NumberText.fixed($0, decimals: 4) }
    if let mean {
      lines += [
        "T = \(mean.energy.formatted), the mean of \(counted(trainings.count { $0.outcome != nil }, "training"))",
        "CO2eq = \(mean.emissions.text) a training (\(region), PUE \(pue))",
      ]
    }
    let failures = trainings.count { $0.failure != nil }
    if failures > 0 { lines.append("\(counted(failures, "training")) failed; seeds.csv says why.") }
    return lines.map { $0 + "\n" }.joined()
  }
}
