import EnergyMetering
import SearchSpaces
import Studies

extension RunRecord {
  /// `trials.csv`: a row a trial, every state.
  public var trialsTable: CSVTable {
    let inferences = configuration.energy.inferences
    var table = CSVTable(columns: trialColumns(inferences))
    for (trial, searchCost) in zip(trials, cumulativeSearchCosts) {
      table.append(fields(of: trial, searchCost: searchCost, inferences))
    }
    return table
  }

  /// `pareto.csv`: a row a trial on the front, the best in the first objective first.
  public func frontTable(_ front: TrialFront) -> CSVTable {
    var table = CSVTable(
      columns: ["rank", "knee", "hypervolume_contribution", "non_dominated_probability"]
        + trialColumns(front.inferences))
    let searchCosts = cumulativeSearchCosts
    for member in front.members {
      let place: [CSVField] = [
        CSVField(member.rank), CSVField(member.isKnee ? "true" : "false"),
        CSVField(member.hypervolumeContribution), CSVField(member.nonDominatedProbability),
      ]
      let searchCost = searchCosts[member.trial.number]
      table.append(place + fields(of: member.trial, searchCost: searchCost, front.inferences))
    }
    return table
  }

  /// `ledger.csv`: a row an account; they add up to the metered total in `summary.json`.
  public var ledgerTable: CSVTable {
    var table = CSVTable(columns: ["account", "joules", "low", "high", "share"])
    guard let ledger else { return table }
    let total = ledger.metered.energy.joules
    for account in ledger.accounts {
      let reading = account.reading
      table.append([
        CSVField(account.name), CSVField(reading.energy.joules), CSVField(reading.low.joules),
        CSVField(reading.high.joules), CSVField(total > 0 ? reading.energy.joules / total : 0),
      ])
    }
    return table
  }

  private func trialColumns(_ inferences: Double?) -> [String] {
    let trailing = trailingColumns(inferences)
    return Self.leadingColumns + parameterColumns(besides: trailing) + trailing
  }

  private static let leadingColumns = ["trial", "strategy", "state", "seed", "hash"]
  /// The columns of every study; before the last of them those of a regression, then those of measured inferences, then the
  /// bounds of what follows from energies, then the quotes, then the life-cycle energy for an expected number of inferences, then
  /// which training a trial goes on with, then repeats, then attempts, then latencies.
  private func trailingColumns(_ inferences: Double?) -> [String] {
    Self.commonColumns.dropLast() + (isRegression ? Self.regressionColumns : []) + Self.inferenceColumns
      + Self.boundColumns + (inferences == nil ? [] : Self.lifeCycleColumns) + Self.continuationColumns
      + repeatColumns + Self.attemptColumns + Self.latencyColumns + Self.commonColumns.suffix(1)
  }

  private var isRegression: Bool { quality == .r2 }
  private static let regressionColumns = ["validation_rmse", "test_rmse", "validation_r2", "test_r2"]
  private static let inferenceColumns = [
    "inference_energy_low_j", "inference_energy_high_j", "inference_tier", "inference_method", "theta",
  ]
  private static let boundColumns = [
    "co2eq_low_g", "co2eq_high_g", "cumulative_ct_low_kwh", "cumulative_ct_high_kwh",
    "quoted_energy_kwh", "quoted_energy_low_kwh", "quoted_energy_high_kwh",
  ]
  private static let lifeCycleColumns = [
    "life_cycle_energy_kwh", "life_cycle_energy_low_kwh", "life_cycle_energy_high_kwh",
  ]
  private static let continuationColumns = [
    "continues", "inherits", "epoch_limit", "whole_training_energy_kwh",
  ]
  private static let attemptColumns = ["attempts", "lost_energy_kwh"]
  private static let latencyColumns = ["latency_s", "batch_latency_s"]
  private static let commonColumns = [
    "parameters", "flops_per_sample", "bytes_per_sample", "epochs", "validation_accuracy", "test_accuracy",
    "validation_loss", "training_energy_kwh", "training_energy_low_kwh", "training_energy_high_kwh",
    "energy_source", "energy_tier", "inference_energy_j", "wall_seconds", "cpu_seconds", "peak_memory_bytes",
    "co2eq_g", "accuracy_per_kwh", "cumulative_ct_kwh", "failure",
  ]

  /// The space's parameters; one that is called like a fixed column is set apart by a prefix.
  private func parameterColumns(besides trailingColumns: [String]) -> [String] {
    let taken = Set(Self.leadingColumns + trailingColumns)
    return space.choices.parameterNames.map { taken.contains($0) ? "space.\($0)" : $0 }
  }

  private func quoteFields(of trial: Trial) -> [CSVField] {
    let quote = quotes[trial.number]
    return [quote?.joules, quote?.low, quote?.high].map { joules in
      CSVField(joules.map { Energy(joules: $0).kilowattHours })
    }
  }

  private func lifeCycleFields(of trial: Trial, _ inferences: Double?) -> [CSVField] {
    guard let inferences else { return [] }
    let life = trial.lifeCycleEnergy(inferences: inferences, among: trials)
    return [life?.energy, life?.low, life?.high].map { CSVField($0?.kilowattHours) }
  }

  private func fields(of trial: Trial, searchCost: KilowattHours, _ inferences: Double?) -> [CSVField] {
    let energy = trial.energy
    let kilowattHours = energy?.energy.kilowattHours
    let accuracy = trial.outcome?.validationAccuracy
    // A duplicate took nothing, and what it shares with its original is said there.
    let whole =
      trial.state == .duplicate ? kilowattHours : trial.wholeEnergy(among: trials)?.energy.kilowattHours
    let perKilowattHour: Double? =
      if let accuracy, let whole, whole > 0 { accuracy / whole } else { nil }
    let leading: [CSVField] = [
      CSVField(trial.number), CSVField(trial.strategy), CSVField(trial.state.rawValue), CSVField(trial.seed),
      CSVField(trial.hash),
    ]
    let parameters = space.choices.parameterNames.map { CSVField(trial.assignment[$0]?.text) }
    let regression: [CSVField] =
      isRegression
      ? [
        CSVField(trial.outcome?.validationRMSE), CSVField(trial.outcome?.testRMSE),
        CSVField(trial.outcome?.validationR2), CSVField(trial.outcome?.testR2),
      ] : []
    let onePass = inferenceEnergy(of: trial)
    let inference: [CSVField] = [
      CSVField(onePass?.low.joules), CSVField(onePass?.high.joules),
      CSVField(onePass?.provenance.tier.rawValue),
      CSVField(onePass.map { _ in inferenceMethod(of: trial).rawValue }),
      CSVField(trainingOverhead(of: trial)),
    ]
    let bounds: [CSVField] =
      [
        CSVField(energy.map { grams(ofKilowattHours: $0.low.kilowattHours) }),
        CSVField(energy.map { grams(ofKilowattHours: $0.high.kilowattHours) }), CSVField(searchCost.low),
        CSVField(searchCost.high),
      ] + quoteFields(of: trial) + lifeCycleFields(of: trial, inferences) + [
        CSVField(trial.continues), CSVField(trial.inherits), CSVField(trial.epochLimit), CSVField(whole),
      ] + repeatFields(of: trial) + [
        CSVField(trial.attempts), CSVField(trial.lostEnergy?.energy.kilowattHours),
      ]
    let trailing: [CSVField] = [
      CSVField(trial.costs?.parameters), CSVField(trial.costs?.forwardFlopsPerSample),
      CSVField(trial.costs?.forwardBytesPerSample), CSVField(trial.outcome?.epochs), CSVField(accuracy),
      CSVField(trial.outcome?.testAccuracy), CSVField(trial.outcome?.validationLoss), CSVField(kilowattHours),
      CSVField(energy?.low.kilowattHours), CSVField(energy?.high.kilowattHours),
      CSVField(energy?.provenance.source), CSVField(energy?.provenance.tier.rawValue),
      CSVField(onePass?.energy.joules), CSVField(trial.wallSeconds),
      CSVField(trial.cpuSeconds),
      CSVField(trial.peakMemoryBytes), CSVField(kilowattHours.map(grams(ofKilowattHours:))),
      CSVField(perKilowattHour), CSVField(searchCost.estimate),
    ]
    let measured = trial.measuredInference(among: trials)
    let latency: [CSVField] = [
      CSVField(measured?.single.secondsPerInference), CSVField(measured?.trainingBatch.secondsPerInference),
    ]
    return leading + parameters + trailing + regression + inference + bounds + latency
      + [CSVField(trial.failure)]
  }
}
