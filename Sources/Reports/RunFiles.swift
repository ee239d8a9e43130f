import Studies

/// The files of a run that people and programs read.
public enum RunFiles {
  /// Writes `trials.csv`, `pareto.csv`, `ledger.csv` and `summary.json`, each in one step.
  public static func write(_ run: RunRecord, front: TrialFront, ending: Study.Ending?) throws {
    try run.folder.write(run.trialsTable.text, to: .trials)
    try run.folder.write(run.frontTable(front).text, to: .front)
    try run.folder.write(run.ledgerTable.text, to: .ledger)
    try run.folder.write(RunSummary(run, front: front, ending: ending).json(), to: .summary)
  }
}
