import EnergyMetering
import Foundation
import SearchSpaces
import Studies

/// `summary.json`: a study in a few figures. Energies are in kWh unless the name says otherwise.
public struct RunSummary: Codable, Sendable {
  /// How many trials ended how.
  public struct Counts: Codable, Sendable {
    var total: Int
    var completed: Int
    var pruned: Int
    var failed: Int
    var duplicate: Int
    var running: Int
    /// Those of all states that train a near-tie again.
    var repeats: Int
  }

  /// The best trial in the first objective.
  public struct Best: Codable, Sendable {
    var trial: Int
    var validationAccuracy: Double?
    var testAccuracy: Double?
    var validationRmse: Double?
    var testRmse: Double?
    var validationR2: Double?
    var testR2: Double?
    var trainingEnergyKwh: Double
    var trainingEnergyLowKwh: Double
    var trainingEnergyHighKwh: Double
    var parameters: Int?
  }

  var name: String
  var programVersion: String
  var strategy: String
  /// The scheme by which trainings go on from rung to rung; nil where all are whole.
  var fidelity: String?
  /// The share of their epochs that children train which inherit weights; nil where none does.
  var inheritedEpochsShare: Double?
  var seed: UInt64
  var ending: String?
  var trials: Counts
  /// The repeats; nil where there are none.
  var repeats: RepeatSummary?
  var ctKwh: Double
  var ctLowKwh: Double
  var ctHighKwh: Double
  /// What CT was expected to be before the search began.
  var quotedCtKwh: Double?
  var quotedCtLowKwh: Double?
  var quotedCtHighKwh: Double?
  var ctCo2eqG: Double
  var ctCo2eqLowG: Double
  var ctCo2eqHighG: Double
  var meteredKwh: Double
  var meteredLowKwh: Double
  var meteredHighKwh: Double
  var meteredJoules: Double
  /// Of measuring inferences, which is no part of CT.
  var inferenceMeasuringKwh: Double
  var inferenceMeasuringLowKwh: Double
  var inferenceMeasuringHighKwh: Double
  var avoidedByDuplicatesKwh: Double
  var avoidedByDuplicatesLowKwh: Double
  var avoidedByDuplicatesHighKwh: Double
  var energySource: String?
  var energyTier: String?
  var energyDetail: String?
  var region: String
  var gramsCo2eqPerKwh: Double
  var pue: Double
  var best: Best?
  var front: [Int]
  /// The same trials with what is known of their accuracy.
  var frontMembers: [FrontMemberSummary]
  /// Completed trials that are left out of the front, since an objective was not measured.
  var unmeasured: [Int]
  var objectives: [String]
  /// e of the life-cycle energy; nil where that is no objective.
  var inferences: Double?
  var hypervolume: Double
  var hypervolumeReference: [Double]

  /// The summary of a run.
  ///
  /// - Parameter ending: why the study ended, where that is known.
  public init(_ run: RunRecord, front: TrialFront, ending: Study.Ending?) {
    let cost = run.searchCost
    let provenance = run.ledger?.metered.provenance
    name = run.configuration.name
    programVersion = run.programVersion
    strategy = run.configuration.search.strategy.rawValue
    fidelity = run.configuration.search.fidelity?.scheme.rawValue
    inheritedEpochsShare =
      run.configuration.search.strategy.hasParents ? run.configuration.search.inheritWeights?.share : nil
    seed = run.configuration.search.seed
    self.ending = ending?.rawValue
    trials = Counts(
      total: run.trials.count, completed: run.trials(in: .completed).count,
      pruned: run.trials(in: .pruned).count, failed: run.trials(in: .failed).count,
      duplicate: run.trials(in: .duplicate).count, running: run.trials(in: .running).count,
      repeats: run.trials.count { !$0.isProposal })
    repeats = RepeatSummary(run)
    ctKwh = cost.estimate
    ctLowKwh = cost.low
    ctHighKwh = cost.high
    let quote = run.searchQuote
    quotedCtKwh = quote.map { Energy(joules: $0.joules).kilowattHours }
    quotedCtLowKwh = quote.map { Energy(joules: $0.low).kilowattHours }
    quotedCtHighKwh = quote.map { Energy(joules: $0.high).kilowattHours }
    ctCo2eqG = run.grams(ofKilowattHours: cost.estimate)
    ctCo2eqLowG = run.grams(ofKilowattHours: cost.low)
    ctCo2eqHighG = run.grams(ofKilowattHours: cost.high)
    let metered = KilowattHours(run.ledger?.metered)
    meteredKwh = metered.estimate
    meteredLowKwh = metered.low
    meteredHighKwh = metered.high
    meteredJoules = run.ledger?.metered.energy.joules ?? 0
    let measuring = KilowattHours(run.ledger?["inference-measuring"])
    inferenceMeasuringKwh = measuring.estimate
    inferenceMeasuringLowKwh = measuring.low
    inferenceMeasuringHighKwh = measuring.high
    let avoided = run.avoidedByDuplicates
    avoidedByDuplicatesKwh = avoided.estimate
    avoidedByDuplicatesLowKwh = avoided.low
    avoidedByDuplicatesHighKwh = avoided.high
    energySource = provenance?.source
    energyTier = provenance?.tier.rawValue
    energyDetail = provenance?.detail
    region = run.carbonIntensity.code
    gramsCo2eqPerKwh = run.carbonIntensity.gramsPerKilowattHour
    pue = run.configuration.energy.pue
    best = run.best.flatMap { trial in
      guard let outcome = trial.outcome, let energy = run.repeats.trainingEnergy(of: trial) else {
        return nil
      }
      func mean(_ objective: Objective) -> Double? { run.repeats.mean(of: objective, of: trial) }
      return Best(
        trial: trial.number, validationAccuracy: mean(.accuracy),
        testAccuracy: outcome.testAccuracy, validationRmse: mean(.rmse),
        testRmse: outcome.testRMSE, validationR2: mean(.r2), testR2: outcome.testR2,
        trainingEnergyKwh: energy.energy.kilowattHours,
        trainingEnergyLowKwh: energy.low.kilowattHours, trainingEnergyHighKwh: energy.high.kilowattHours,
        parameters: trial.costs?.parameters)
    }
    self.front = front.members.map(\.trial.number)
    frontMembers = front.members.map { FrontMemberSummary($0, in: run) }
    unmeasured = run.unmeasuredTrials(for: front.objectives).map(\.number)
    objectives = front.objectives.map(\.rawValue)
    inferences = front.inferences
    hypervolume = front.hypervolume
    hypervolumeReference = front.reference
  }

  /// The text of the file.
  public func json() throws -> String { try jsonText(self) }
}

/// JSON as Wattle writes it: keys in snake case and sorted, one a line.
public func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
