import EnergyMetering
import Numerics
import ParetoAnalysis
import Studies

extension Comparison {
  /// The tables and the verdict for the terminal.
  public var text: String {
    let simulated = setting.source.map { ", simulated on \($0)" } ?? ""
    let provenance = entries.first?.search.run?.ledger?.metered.provenance
    let origin =
      setting.source == nil
      ? "Energy \(provenance.map { "\($0.tier.rawValue): \($0.detail)" } ?? "not metered").\n" : ""
    return """
      \(counted(entries.count, "search", plural: "searches")), median [smallest–largest] over seeds\(simulated):
      \(searchesText)
      \(targetText)
      \(costsText)\(pairsText)
      \(verdict)
      \(origin)
      """
  }

  /// What the searches of each strategy took and found.
  private var searchesText: String {
    let hasTest = entries.contains { $0.search.run != nil }
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("strategy", .left), ("searches", .right),
      (setting.unit == .evaluations ? "evaluations" : hasTest ? "CT and strategy" : "CT", .right),
    ]
    if setting.quality != nil { columns.append(("best validation", .right)) }
    if hasTest { columns.append(("its test", .right)) }
    columns += [("hypervolume", .right), ("at \(costText(equalCost))", .right)]
    var table = TextTable(columns)
    for strategy in strategies {
      let entries = entries(of: strategy)
      func spread(_ values: [Double?], _ format: (Double) -> String) -> String {
        guard let spread = Spread(of: values.compactMap(\.self)) else { return "–" }
        return "\(format(spread.median)) [\(format(spread.minimum))–\(format(spread.maximum))]"
      }
      func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }
      var cells = [strategy, "\(entries.count)", spread(entries.map(\.cost), costText)]
      if setting.quality != nil { cells.append(spread(entries.map(\.best), fixed)) }
      if hasTest {
        cells.append(
          spread(entries.map { $0.search.run.flatMap { $0.quality.test($0.mostAccurate?.outcome) } }, fixed))
      }
      cells.append(spread(entries.map { share(ofHypervolume: $0.hypervolume) }, percent))
      cells.append(
        spread(
          entries.map { share(ofHypervolume: $0.hypervolumeCurve.value(at: equalCost)) }, percent))
      table.append(cells)
    }
    let whole =
      setting.source == nil ? "of what all searches together dominate" : "of what the true front dominates"
    var reference: [String] = []
    for (objective, loss) in zip(setting.objectives, setting.reference) {
      reference.append("\(objective) \(NumberText.significant(loss, digits: 4))")
    }
    return
      "\(table.text)  Hypervolume in percent \(whole), up to the losses \(reference.joined(separator: ", ")).\n"
  }

  /// What costs are compared at, and why.
  private var targetText: String {
    let reason = targetIsChosen ? "as asked" : "what the median search of every strategy reaches"
    switch target {
    case .quality(let value):
      return
        "Target: validation \(setting.quality?.name ?? "quality") \(NumberText.fixed(value, decimals: 4)), \(reason)."
    case .hypervolume(let share): return "Target: \(percent(share)) of the hypervolume, \(reason)."
    }
  }

  /// What it took each strategy to reach the target.
  private var costsText: String {
    var table = TextTable([
      ("strategy", .left), ("reached", .right), ("median \(costNoun) to target", .right),
      ("95 % interval", .right),
    ])
    for strategy in strategies {
      let cost = costToTarget(of: strategy)
      table.append([
        strategy, "\(cost.reached) of \(entries(of: strategy).count)", cost.median.map(costText) ?? "never",
        "\(costText(cost.low)) – \(costText(cost.high))",
      ])
    }
    return table.text
  }

  /// Every strategy against every other.
  private var pairsText: String {
    guard strategies.count > 1 else { return "" }
    var table = TextTable([
      ("first", .left), ("second", .left), ("difference of medians", .right), ("95 % interval", .right),
      ("P(first cheaper)", .right), ("p", .right), ("P(larger hypervolume)", .right), ("p", .right),
    ])
    for contest in contests {
      let difference = contest.difference
      table.append([
        contest.first, contest.second, differenceText(difference.estimate),
        "\(differenceText(difference.low)) – \(differenceText(difference.high))",
        NumberText.fixed(contest.effectSize, decimals: 3),
        NumberText.significant(contest.pValue, digits: 2),
        NumberText.fixed(contest.hypervolumeEffectSize, decimals: 3),
        NumberText.significant(contest.hypervolumePValue, digits: 2),
      ])
    }
    return "\n" + table.text
  }

  /// Which strategy cost less for the same result, in words.
  public var verdict: String {
    guard let cheapest, let cost = medianCostToTarget(of: cheapest) else {
      return "No strategy reached the target in its median search."
    }
    let rivals = strategies.filter { $0 != cheapest }
    guard !rivals.isEmpty else { return "\(cheapest) took \(costText(cost)) in the median." }
    let result = qualityTarget == nil ? "hypervolume" : setting.quality?.name ?? "quality"
    let sentences = rivals.map { rival -> String in
      let contest = contest(cheapest, rival)
      let amounts =
        "\(costText(cost)) against "
        + (medianCostToTarget(of: rival).map(costText) ?? "never reaching it") + " in the median"
      let record =
        "cheaper in \(contest.wins) of \(counted(entries(of: rival).count, "seed")), "
        + "p = \(NumberText.significant(contest.pValue, digits: 2))"
      return contest.pValue < 0.05
        ? "\(cheapest) cost less than \(rival) for the same \(result): \(amounts) (\(record))."
        : "\(cheapest) and \(rival) do not differ by more than these seeds can show: \(amounts) (\(record))."
    }
    return sentences.joined(separator: "\n")
  }

  private var costNoun: String { setting.unit == .evaluations ? "evaluations" : "energy" }

  private func costText(_ cost: Double) -> String {
    guard cost.isFinite else { return "never" }
    guard setting.unit == .evaluations else { return Energy(kilowattHours: cost).formatted }
    return cost == cost.rounded() ? NumberText.grouped(cost) : NumberText.fixed(cost, decimals: 1)
  }

  private func differenceText(_ cost: Double) -> String {
    guard cost.isFinite else { return cost > 0 ? "second only" : "first only" }
    return (cost > 0 ? "+" : "") + costText(cost)
  }

  private func percent(_ share: Double) -> String { NumberText.fixed(100 * share, decimals: 1) + " %" }
}
