import EnergyMetering
import ParetoAnalysis
import Studies

extension Comparison {
  /// `compare.csv`: a row a search.
  public var table: CSVTable {
    var table = CSVTable(columns: [
      "strategy", "seed", "trials", "completed", "failed", "duplicates", "ct_kwh", "ct_low_kwh",
      "ct_high_kwh",
      "metered_kwh", "best_validation_\(quality.rawValue)", "best_test_\(quality.rawValue)", "hypervolume",
      "target_\(quality.rawValue)",
      "kwh_to_target", "trials_to_target", "energy_source", "energy_tier", "run",
    ])
    for entry in entries {
      let run = entry.run
      let cost = run.searchCost
      let provenance = run.ledger?.metered.provenance
      table.append([
        CSVField(entry.strategy), CSVField(entry.seed), CSVField(run.trials.count),
        CSVField(run.trials(in: .completed).count), CSVField(run.trials(in: .failed).count),
        CSVField(run.trials(in: .duplicate).count), CSVField(cost.estimate), CSVField(cost.low),
        CSVField(cost.high), CSVField(run.ledger?.metered.energy.kilowattHours),
        CSVField(quality.validation(run.mostAccurate?.outcome)),
        CSVField(quality.test(run.mostAccurate?.outcome)),
        CSVField(entry.front.hypervolume), CSVField(target), CSVField(entry.toTarget?.kilowattHours),
        CSVField(entry.toTarget?.trials), CSVField(provenance?.source), CSVField(provenance?.tier.rawValue),
        CSVField(run.folder.path),
      ])
    }
    return table
  }

  /// The table and the verdict for the terminal.
  public var text: String {
    var table = TextTable([
      ("strategy", .left), ("searches", .right), ("CT", .right), ("best validation", .right),
      ("its test", .right), ("hypervolume", .right), ("energy to target", .right), ("reached", .right),
    ])
    for strategy in strategies {
      let entries = entries(of: strategy)
      func spread(_ values: [Double?], _ format: (Double) -> String) -> String {
        guard let spread = Spread(of: values.compactMap(\.self)) else { return "–" }
        return "\(format(spread.median)) [\(format(spread.minimum))–\(format(spread.maximum))]"
      }
      func accuracy(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }
      func energy(_ value: Double) -> String { Energy(kilowattHours: value).formatted }
      table.append([
        strategy, "\(entries.count)", spread(entries.map { $0.run.searchCost.estimate }, energy),
        spread(entries.map(\.bestQuality), accuracy),
        spread(entries.map { quality.test($0.run.mostAccurate?.outcome) }, accuracy),
        spread(entries.map(\.front.hypervolume)) { NumberText.fixed($0, decimals: 4) },
        costToTargetText(of: strategy),
        "\(entries.count { $0.toTarget != nil }) of \(entries.count)",
      ])
    }
    let reason = targetIsChosen ? "as asked" : "what the median search of every strategy reaches"
    let provenance = entries.first?.run.ledger?.metered.provenance
    return """
      \(counted(entries.count, "search", plural: "searches")), median [smallest–largest] over seeds:
      \(table.text)
      Target: validation \(quality.name) \(NumberText.fixed(target, decimals: 4)), \(reason).
      \(verdict)
      Energy \(provenance.map { "\($0.tier.rawValue): \($0.detail)" } ?? "not metered").

      """
  }

  /// The median cost of reaching the target and its spread, where a search that never reached it is dearer than all.
  private func costToTargetText(of strategy: String) -> String {
    let costs = entries(of: strategy).map { $0.toTarget?.kilowattHours ?? .infinity }
    func energy(_ value: Double?) -> String {
      guard let value, value.isFinite else { return "never" }
      return Energy(kilowattHours: value).formatted
    }
    return "\(energy(medianCostToTarget(of: strategy))) [\(energy(costs.min()))–\(energy(costs.max()))]"
  }

  /// Which strategy cost less for the same accuracy, in words.
  public var verdict: String {
    guard let cheapest, let cost = medianCostToTarget(of: cheapest) else {
      return "No strategy reached the target in its median search."
    }
    let rivals = strategies.filter { $0 != cheapest }
    guard !rivals.isEmpty else {
      return "\(cheapest) took \(Energy(kilowattHours: cost).formatted) in the median."
    }
    let sentences = rivals.map { rival -> String in
      let contest = contest(cheapest, rival)
      let rivalCost = medianCostToTarget(of: rival)
      let amounts =
        "\(Energy(kilowattHours: cost).formatted) against "
        + (rivalCost.map { Energy(kilowattHours: $0).formatted } ?? "never reaching it") + " in the median"
      let record =
        "cheaper in \(contest.wins) of \(counted(entries(of: rival).count, "seed")), "
        + "p = \(NumberText.significant(contest.pValue, digits: 2))"
      return contest.pValue < 0.05
        ? "\(cheapest) cost less than \(rival) for the same accuracy: \(amounts) (\(record))."
        : "\(cheapest) and \(rival) do not differ by more than these seeds can show: \(amounts) (\(record))."
    }
    return sentences.joined(separator: "\n")
  }
}
