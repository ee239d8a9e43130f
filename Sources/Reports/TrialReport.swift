import EnergyMetering
import SearchSpaces
import Studies
import Training

/// One trial in full, for `wattle show RUN TRIAL`.
public struct TrialReport: Encodable, Sendable {
  var trial: Int
  var strategy: String
  var state: String
  var seed: UInt64
  var hash: String
  var candidate: Candidate
  var parameters: Int?
  var forwardFlopsPerSample: Int?
  var forwardBytesPerSample: Int?
  var outcome: TrainingOutcome?
  var energy: EnergyFigure?
  var co2eqG: Double?
  var co2eqLowG: Double?
  var co2eqHighG: Double?
  var wallSeconds: Double?
  var cpuSeconds: Double?
  var peakMemoryBytes: Int?
  var duplicateOf: Int?
  var continues: Int?
  /// The trial whose weights the training began with.
  var inherits: Int?
  var epochLimit: Int?
  /// That of the training from its first epoch on, where it took several trials, and of the ancestors of inherited weights.
  var wholeTrainingEnergy: EnergyReading?
  /// The trial whose candidate this one trains again.
  var repeats: Int?
  /// The trials that train this one's candidate again.
  var repeatedIn: [Int]?
  /// The mean over all seeds, where there are several.
  var meanValidationAccuracy: Double?
  var meanTrainingEnergy: EnergyFigure?
  /// The 90 % interval of the accuracy by samples and seeds.
  var validationAccuracyLow: Double?
  var validationAccuracyHigh: Double?
  var failure: String?
  /// Attempts at its training that led to nothing.
  var faults: [Fault]
  var inference: InferenceReport?
  var theta: Double?
  /// T + I · e, where it is an objective of the run.
  var lifeCycleEnergy: EnergyFigure?

  struct Fault: Encodable {
    var reason: String
    var lostEnergyJ: Double
  }

  /// The report of a trial of a run.
  public init(_ run: RunRecord, trial: Trial) {
    self.trial = trial.number
    strategy = trial.strategy
    state = trial.state.rawValue
    seed = trial.seed
    hash = trial.hash
    candidate = trial.candidate
    parameters = trial.costs?.parameters
    forwardFlopsPerSample = (trial.costs?.forwardFlopsPerSample).map { Int($0) }
    forwardBytesPerSample = (trial.costs?.forwardBytesPerSample).map { Int($0) }
    outcome = trial.outcome
    energy = trial.energy.map(EnergyFigure.init)
    let emissions = trial.energy.map(run.emissions)
    co2eqG = emissions?.grams
    co2eqLowG = emissions?.lowGrams
    co2eqHighG = emissions?.highGrams
    wallSeconds = trial.wallSeconds
    cpuSeconds = trial.cpuSeconds
    peakMemoryBytes = trial.peakMemoryBytes
    duplicateOf = trial.duplicateOf
    continues = trial.continues
    inherits = trial.inherits
    epochLimit = trial.epochLimit
    wholeTrainingEnergy = (trial.continues ?? trial.inherits).flatMap { _ in
      trial.wholeEnergy(among: run.trials)
    }
    repeats = trial.repeats
    if case let numbers = run.repeatNumbers(of: trial), !numbers.isEmpty {
      repeatedIn = numbers
      meanValidationAccuracy = run.repeats.mean(of: .accuracy, of: trial)
      meanTrainingEnergy = run.repeats.trainingEnergy(of: trial).map(EnergyFigure.init)
    }
    let accuracy = run.accuracyInterval(of: trial)
    validationAccuracyLow = accuracy?.low
    validationAccuracyHigh = accuracy?.high
    failure = trial.failure
    faults = trial.faults.map { Fault(reason: $0.reason, lostEnergyJ: $0.energy.energy.joules) }
    inference = InferenceReport(run, trial: trial)
    theta = run.trainingOverhead(of: trial)
    lifeCycleEnergy = run.lifeCycleEnergy(of: trial).map(EnergyFigure.init)
  }
}

extension RunRecord {
  /// What a run is and how far it has come.
  public var overviewText: String {
    let states = TrialState.allCases.compactMap { state -> String? in
      let count = trials(in: state).count
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    let repeated = trials.count { !$0.isProposal }
    let repeatText = repeated > 0 ? "; \(counted(repeated, "repeat")) of near-ties among them" : ""
    return """
      \(configuration.name): \(configuration.search.strategy.rawValue)\(schemeText) search of \(configuration.dataset.name), \
      seed \(configuration.search.seed), begun by wattle \(programVersion)
      \(counted(trials.count, "trial")): \(states.isEmpty ? "none yet" : states.joined(separator: ", "))\(repeatText)

      """
  }

  private var schemeText: String {
    if let fidelity = configuration.search.fidelity { return "+" + fidelity.scheme.rawValue }
    let search = configuration.search
    return search.inheritWeights != nil && search.strategy.hasParents ? "+inherit" : ""
  }

  /// One trial in words.
  ///
  /// - Precondition: the trial exists.
  public func text(ofTrial number: Int) -> String {
    let trial = trials[number]
    var rows: [(String, String)] = [
      ("trial", "\(number), \(trial.state.rawValue), proposed by \(trial.strategy)"),
      ("hash", trial.hash),
    ]
    for name in space.choices.parameterNames {
      if let value = trial.assignment[name] { rows.append((name, value.text)) }
    }
    if let costs = trial.costs {
      rows.append(("parameters", NumberText.grouped(Double(costs.parameters))))
      rows.append(("forward FLOP/sample", NumberText.grouped(Double(costs.forwardFlopsPerSample))))
    }
    if let outcome = trial.outcome {
      let all = trial.state == .pruned ? " of \(trial.candidate.training.epochs), then paused" : ""
      rows.append(
        ("epochs", "\(outcome.epochs)" + all + (outcome.bestEpoch.map { ", weights of \($0)" } ?? "")))
      func add(_ name: String, _ value: Double?, _ text: (Double) -> String) {
        if let value { rows.append((name, text(value))) }
      }
      func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }
      func significant(_ value: Double) -> String { NumberText.significant(value, digits: 4) }
      add("validation accuracy", outcome.validationAccuracy, fixed)
      rows += accuracyIntervalRows(of: trial)
      add("validation RMSE", outcome.validationRMSE, significant)
      add("validation R²", outcome.validationR2, fixed)
      add("validation loss", outcome.validationLoss, significant)
      add("test accuracy", outcome.testAccuracy, fixed)
      add("test RMSE", outcome.testRMSE, significant)
      add("test R²", outcome.testR2, fixed)
    }
    if let original = trial.duplicateOf {
      rows.append(("same as trial", "\(original), so it was not trained"))
    }
    if let former = trial.continues { rows.append(("goes on from trial", "\(former)")) }
    if let parent = trial.inherits { rows.append(("weights of trial", "\(parent), as far as they fit")) }
    if let next = trials.first(where: { $0.continues == number })?.number {
      rows.append(("goes on in trial", "\(next)"))
    }
    rows += repeatRows(of: trial)
    if let energy = trial.energy, trial.state != .duplicate {
      rows.append(("training energy", energy.formatted))
      if trial.continues != nil, let whole = trial.wholeEnergy(among: trials) {
        rows.append(("from the first epoch", whole.formatted))
      }
      if trial.inherits != nil, let whole = trial.wholeEnergy(among: trials) {
        rows.append(("with its ancestors", whole.formatted))
      }
      rows.append(("CO2eq", "\(emissions(of: energy).text) (\(carbonIntensity.name))"))
    }
    if let seconds = trial.wallSeconds, trial.state != .duplicate {
      rows.append(("wall time", NumberText.significant(seconds) + " s"))
    }
    if let seconds = trial.cpuSeconds, trial.state != .duplicate {
      rows.append(("CPU time", NumberText.significant(seconds) + " s"))
    }
    if let bytes = trial.peakMemoryBytes {
      rows.append(("peak memory", NumberText.significant(Double(bytes) / 1e6) + " MB"))
    }
    rows += inferenceRows(of: trial)
    if let failure = trial.failure { rows.append(("failure", failure.onOneLine(limit: .max))) }
    for fault in trial.faults {
      rows.append(
        ("lost attempt", "\(fault.reason.onOneLine(limit: .max)) (\(fault.energy.formattedEstimate))"))
    }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count) + "  " + value + "\n"
    }.joined()
  }
}
