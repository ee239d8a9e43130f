import EnergyMetering
import Numerics
import SearchSpaces
import Studies

extension RunRecord {
  /// What a search ends with: the front, the accounts, and the cost of the search.
  public func searchText(_ front: TrialFront) -> String {
    frontText(front) + (RepeatSummary(self)?.text ?? "") + "\n" + ledgerText + "\n" + searchCostText
  }

  /// The front as a table.
  public func frontText(_ front: TrialFront) -> String {
    let note = unmeasuredNote(for: front.objectives).map { "note: \($0)\n" } ?? ""
    guard !front.members.isEmpty else {
      return note.isEmpty
        ? "No trial was completed, so there is no front.\n"
        : "No completed trial has a figure for every objective, so there is no front.\n" + note
    }
    let names = front.objectives.map { objective in
      objective == .lifeCycleEnergy
        ? "\(objective.rawValue) of \(NumberText.count(front.inferences ?? 0)) inferences"
        : objective.rawValue
    }.joined(separator: ", ")
    let isByError = front.objectives.contains(.rmse)
    let measure: String? = isByError ? "RMSE" : quality == .r2 ? "R²" : nil
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("rank", .right), ("trial", .right), (measure.map { "validation \($0)" } ?? "validation", .right),
      (measure.map { "test \($0)" } ?? "test", .right),
      ("training energy", .right), ("parameters", .right), ("FLOP/sample", .right), ("P(front)", .right),
      ("", .left),
    ]
    // What is not of interest in every search stands behind the training's energy.
    var extras = front.objectives.filter(\.needsInference)
    if configuration.energy.inferenceMeasure == .all, !extras.contains(.inferenceEnergy) {
      extras.append(.inferenceEnergy)
    }
    var extraColumn = 5
    columns.insert(
      contentsOf: extras.map { ($0.rawValue.replacing("-", with: " "), .right) }, at: extraColumn)
    let hasAccuracy = quality == .accuracy && !isByError
    if hasAccuracy {
      columns.insert(("90 % interval", .right), at: 3)
      extraColumn += 1
    }
    let isRepeated = front.members.contains { repeats.repeatCount(of: $0.trial) > 0 }
    if isRepeated { columns.insert(("seeds", .right), at: 2) }
    let trainings = RepeatedTrainings(trials, inferences: front.inferences)
    var table = TextTable(columns)
    for member in front.members {
      let trial = member.trial
      let (validation, test) =
        isByError
        ? (repeats.mean(of: .rmse, of: trial), trial.outcome?.testRMSE)
        : (repeats.mean(of: hasAccuracy ? .accuracy : .r2, of: trial), quality.test(trial.outcome))
      func measureText(_ value: Double?) -> String {
        guard let value else { return "" }
        return isByError
          ? NumberText.significant(value, digits: 4) : NumberText.fixed(value, decimals: 4)
      }
      var fields: [String] = [
        "\(member.rank)", "\(trial.number)", measureText(validation), measureText(test),
        repeats.trainingEnergy(of: trial)?.formattedEstimate ?? "",
        trial.costs.map { NumberText.grouped(Double($0.parameters)) } ?? "",
        trial.costs.map { NumberText.grouped(Double($0.forwardFlopsPerSample)) } ?? "",
        NumberText.fixed(member.nonDominatedProbability, decimals: 2), member.isKnee ? "knee" : "",
      ]
      if hasAccuracy {
        fields.insert(
          accuracyInterval(of: trial).map {
            "\(NumberText.fixed($0.low, decimals: 4)) – \(NumberText.fixed($0.high, decimals: 4))"
          } ?? "", at: 3)
      }
      fields.insert(
        contentsOf: extras.map { objective in
          switch objective {
          case .latency:
            trial.measuredInference(among: trials).map {
              NumberText.microseconds($0.single.secondsPerInference)
            } ?? ""
          case .lifeCycleEnergy:
            trainings.lifeCycleEnergy(of: trial)?.energy.formatted ?? ""
          default: inferenceEnergy(of: trial)?.energy.formatted ?? ""
          }
        }, at: extraColumn)
      if isRepeated { fields.insert("\(repeats.repeatCount(of: trial) + 1)", at: 2) }
      table.append(fields)
    }
    let pruned = repeats.candidates.count { $0.state == .pruned }
    return "Front of \(counted(repeats.candidates.count - pruned, "completed trial"))"
      + (pruned > 0 ? " and \(pruned) trained in part" : "") + " (\(names)):\n" + table.text
      + note
  }

  /// The accounts as a table.
  public var ledgerText: String {
    guard let ledger else { return "Nothing was metered.\n" }
    var table = TextTable([("account", .left), ("energy", .right), ("interval", .right), ("share", .right)])
    func row(_ name: String, _ reading: EnergyReading) -> [String] {
      let total = ledger.metered.energy.joules
      let share = total > 0 ? reading.energy.joules / total : 0
      return [
        name, reading.formattedEstimate, "\(reading.low.formatted) – \(reading.high.formatted)",
        NumberText.fixed(100 * share, decimals: 1) + " %",
      ]
    }
    for account in ledger.accounts where account.reading.energy.joules > 0 {
      table.append(row(account.name, account.reading))
    }
    table.append(row("metered", ledger.metered))
    let duplicates = trials(in: .duplicate).count
    let saved =
      duplicates > 0
      ? "Not spent: \(Energy(kilowattHours: avoidedByDuplicates.estimate).formatted) on \(counted(duplicates, "duplicate")).\n"
      : ""
    return "Where the energy went:\n" + table.text + saved
  }

  /// The last line of a search: CT with its interval, source and carbon.
  public var searchCostText: String {
    let cost = searchCost
    func energy(_ kilowattHours: Double) -> String { Energy(kilowattHours: kilowattHours).formatted }
    let carbon = [cost.estimate, cost.low, cost.high].map {
      NumberText.significant(grams(ofKilowattHours: $0))
    }
    let provenance = ledger.map { "\($0.metered.provenance.tier.rawValue): \($0.metered.provenance.detail)" }
    return """
      \(quotedText)CT = Σ T_h = \(energy(cost.estimate)) [\(energy(cost.low)) – \(energy(cost.high))] \
      = \(NumberText.significant(cost.estimate)) kWh over \(counted(trials.count, "trial")), \
      \(provenance ?? "nothing metered")
      CO2eq = \(carbon[0]) g [\(carbon[1]) – \(carbon[2])] \
      (\(carbonIntensity.name), \(NumberText.significant(carbonIntensity.gramsPerKilowattHour, digits: 4)) g/kWh, \
      PUE \(configuration.energy.pue))
      \(interruptedText)
      """
  }

  /// What CT was expected to be, and how near the quotes of the trainings were.
  private var quotedText: String {
    guard let quote = searchQuote else { return "" }
    // Repeats are expected to take what their candidates took; that says nothing of the quotes of the search.
    let pairs = trained.filter(\.isProposal).compactMap { trial in
      quotes[trial.number].flatMap { quote in trial.energy.map { (quote, $0) } }
    }
    let errors = pairs.filter { $1.energy.joules > 0 }.map { abs($0.joules / $1.energy.joules - 1) }
    let held = pairs.count { $0.low <= $1.energy.joules && $1.energy.joules <= $0.high }
    let trainings =
      errors.isEmpty
      ? ""
      : "; trainings in the median within \(NumberText.significant(100 * Statistics.median(errors), digits: 2)) % of "
        + "their quotes, \(held) of \(pairs.count) in their 90 % intervals"
    return
      "Quoted before: \(Energy(joules: quote.joules).formatted) [\(quote.formattedBounds)]\(trainings).\n"
  }

  /// What trainings took that the end of the process cut off: it is in the accounts, and not in CT.
  private var interruptedText: String {
    // What was carried over is taken off to within rounding.
    guard let ledger, let reading = ledger["trials-interrupted"],
      reading.high.joules > EnergyLedger.toleratedImbalance * ledger.metered.high.joules
    else { return "" }
    let hope =
      trials(in: .running).isEmpty ? "" : "; what their checkpoints hold comes into CT with their ends"
    return "Not in CT: \(reading.formattedEstimate) of trainings that were cut off\(hope).\n"
  }
}

/// A count with its noun: `1 trial`, `60 trials`.
///
/// - Parameter plural: the noun for other counts than one, where an `s` does not make it.
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}
