import ArgumentParser
import Reports
import Studies

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a run found and cost, or one of its trials.",
    discussion: """
      Reads the run's journal, also while the search goes on.

      Examples:
        wattle show runs/digits-mlp-2026-01-31-1
        wattle show runs/digits-mlp-2026-01-31-1 17
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var runPath: String

  @Argument(help: "A trial's number.")
  var trial: Int?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "<run>")
  }

  func run() throws {
    try reportingFailures {
      let record = try RunRecord(reading: RunFolder(path: runPath))
      if let trial {
        guard record.trials.indices.contains(trial) else {
          let range = record.trials.isEmpty ? "none yet" : "0 to \(record.trials.count - 1)"
          throw InputError("\(runPath): no trial \(trial); the run has \(range)", code: ExitStatus.noInput)
        }
        try Terminal.print(
          json ? jsonText(TrialReport(record, trial: record.trials[trial])) : record.text(ofTrial: trial),
          isData: json)
      } else {
        let front = record.front()
        try Terminal.print(
          json
            ? RunSummary(record, front: front, ending: nil).json()
            : record.overviewText + unfinishedText(record) + "\n" + record.searchText(front), isData: json)
      }
    }
  }

  /// That trials wait for a search to go on with them; nothing while one is at work.
  private func unfinishedText(_ record: RunRecord) -> String {
    let isUnfinished = record.trials.isEmpty || !record.trials(in: .running).isEmpty
    guard isUnfinished, !record.folder.isInUse else { return "" }
    let command = resumingCommand(for: record.folder)
    guard let budget = record.configuration.search.budget, let ledger = record.ledger else {
      return "No search is at work on this run; go on with: \(command)\n"
    }
    // What has not ended may be what did not fit.
    let spent = "\(ledger.metered.energy.formatted) of its budget of \(budget.formatted)"
    return "No search is at work on this run, which has spent \(spent); "
      + "go on, with a larger --budget if that is too small, with: \(command)\n"
  }
}
