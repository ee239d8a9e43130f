import ParetoAnalysis
import Studies

extension Comparison {
  /// `compare.csv`: a row a search.
  ///
  /// Of a simulated search what a meter would say is empty. Where costs are evaluations, the columns' names say so in
  /// place of `kwh`.
  public var table: CSVTable {
    let unit = setting.unit.rawValue
    let quality = setting.quality?.key ?? "quality"
    var columns = [
      "strategy", "seed", "trials", "completed", "failed", "duplicates", "ct_\(unit)", "ct_low_\(unit)",
      "ct_high_\(unit)", "metered_\(unit)", "best_validation_\(quality)", "best_test_\(quality)",
      "hypervolume", "target_\(quality)", "\(unit)_to_target", "trials_to_target", "energy_source",
      "energy_tier", "run", "hypervolume_share", "target_hypervolume_share", "equal_\(unit)",
      "hypervolume_share_at_equal_\(unit)", "strategy_\(unit)", "pruned",
    ]
    for objective in setting.objectives { columns.append("reference_\(objective.replacing("-", with: "_"))") }
    var table = CSVTable(columns: columns)
    for entry in entries {
      let search = entry.search
      let run = search.run
      let cost = run?.searchCost
      let provenance = run?.ledger?.metered.provenance
      let test: Double? = run.flatMap { $0.quality.test($0.mostAccurate?.outcome) }
      let equalVolume: Double = entry.hypervolumeCurve.value(at: equalCost)
      var fields: [CSVField] = [
        CSVField(entry.strategy), CSVField(entry.seed), CSVField(search.steps.count),
        CSVField(search.count(.completed)), CSVField(search.count(.failed)),
        CSVField(search.count(.duplicate)), CSVField(cost?.estimate ?? entry.cost), CSVField(cost?.low),
        CSVField(cost?.high),
        CSVField(run?.ledger?.metered.energy.kilowattHours), CSVField(entry.best),
        CSVField(test),
        CSVField(boxShare(ofHypervolume: entry.hypervolume)), CSVField(qualityTarget),
        CSVField(entry.toTarget?.cost), CSVField(entry.toTarget?.trials), CSVField(provenance?.source),
        CSVField(provenance?.tier.rawValue), CSVField(run?.folder.path),
        CSVField(share(ofHypervolume: entry.hypervolume)), CSVField(hypervolumeTarget), CSVField(equalCost),
        CSVField(share(ofHypervolume: equalVolume)), CSVField(run?.ledger?["strategy"]?.energy.kilowattHours),
        CSVField(search.count(.pruned)),
      ]
      for loss in setting.reference { fields.append(CSVField(loss)) }
      table.append(fields)
    }
    return table
  }

  /// `strategies.csv`: a row a strategy.
  public var strategyTable: CSVTable {
    let unit = setting.unit.rawValue
    var table = CSVTable(columns: [
      "strategy", "searches", "reached", "median_\(unit)_to_target", "median_\(unit)_to_target_low",
      "median_\(unit)_to_target_high", "median_ct_\(unit)", "equal_\(unit)",
      "median_hypervolume_share_at_equal_\(unit)", "lower_quartile", "upper_quartile",
    ])
    for strategy in strategies {
      let entries = entries(of: strategy)
      let cost = costToTarget(of: strategy)
      let shares = entries.compactMap { share(ofHypervolume: $0.hypervolumeCurve.value(at: equalCost)) }
      let spread: ParetoAnalysis.Spread? = Spread(of: shares)
      let costs: ParetoAnalysis.Spread? = Spread(
        of: entries.map { $0.search.run?.searchCost.estimate ?? $0.cost })
      table.append([
        CSVField(strategy), CSVField(entries.count), CSVField(cost.reached), CSVField(cost.median),
        CSVField(cost.low), CSVField(cost.high), CSVField(costs?.median),
        CSVField(equalCost), CSVField(spread?.median), CSVField(spread?.lowerQuartile),
        CSVField(spread?.upperQuartile),
      ])
    }
    return table
  }

  /// `pairs.csv`: a row a pair of strategies.
  public var pairTable: CSVTable {
    let unit = setting.unit.rawValue
    var table = CSVTable(columns: [
      "first", "second", "seeds_first_cheaper", "seeds_second_cheaper", "a12_first_cheaper", "p_value",
      "median_difference_\(unit)", "median_difference_low_\(unit)", "median_difference_high_\(unit)",
      "a12_first_larger_hypervolume", "p_value_hypervolume",
    ])
    for contest in contests {
      table.append([
        CSVField(contest.first), CSVField(contest.second), CSVField(contest.wins), CSVField(contest.losses),
        CSVField(contest.effectSize), CSVField(contest.pValue), CSVField(contest.difference.estimate),
        CSVField(contest.difference.low), CSVField(contest.difference.high),
        CSVField(contest.hypervolumeEffectSize), CSVField(contest.hypervolumePValue),
      ])
    }
    return table
  }

  /// `curves.csv`: a row a strategy, measure and cost.
  public var curveTable: CSVTable {
    let cost = setting.unit == .evaluations ? "evaluations" : "energy_kwh"
    var table = CSVTable(columns: [
      "strategy", cost, "measure", "searches", "median", "p10", "p25", "p75", "p90",
    ])
    for point in ComparisonCurves(self).points {
      let quantiles = point.quantiles
      table.append([
        CSVField(point.strategy), CSVField(point.cost), CSVField(point.measure.key), CSVField(point.searches),
        CSVField(quantiles[2]), CSVField(quantiles[0]), CSVField(quantiles[1]), CSVField(quantiles[3]),
        CSVField(quantiles[4]),
      ])
    }
    return table
  }

  /// The target, if it is one of accuracy or its like.
  var qualityTarget: Double? { if case .quality(let value) = target { value } else { nil } }

  /// The target, if it is a share of the largest hypervolume.
  var hypervolumeTarget: Double? { if case .hypervolume(let share) = target { share } else { nil } }
}
