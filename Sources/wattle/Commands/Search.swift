import ArgumentParser
import EnergyMetering
import Reports
import SearchSpaces
import Studies

struct Search: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search a space: propose, train, meter, rank.",
    discussion: """
      Trains candidates in worker processes, keeps every finished trial in the run's journal, and ends with the front, \
      the accounts and the cost of the search.

      Examples:
        wattle search search-spaces/digits-mlp.yaml
        wattle search search-spaces/digits-mlp.yaml --strategy random --trials 100 --seed 3 --run runs/random-3
        wattle search search-spaces/digits-mlp.yaml --run runs/random-3 --resume
        wattle search search-spaces/digits-mlp.yaml --set training.epochs=5 --set "search.budget=20 J"
      """)

  @OptionGroup var options: SearchOptions

  @Option(help: "The strategy: random, grid, evolutionary, sobol, nsga-ii, semoa, motpe or sms-ego.")
  var strategy: StudyConfiguration.StrategyName?

  @Option(help: "The seed of every random draw.")
  var seed: UInt64?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run's folder; by default runs/<name>-<date>-<n>.", valueName: "folder"),
    completion: .directory)
  var runPath: String?

  @Flag(help: "Go on with a run: the one of --run, or the youngest of this study under runs/.")
  var resume = false

  @Flag(help: "Print the summary as JSON instead of text.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "--run")
  }

  func run() throws {
    try reportingFailures {
      var overrides: [String] = []
      if let strategy { overrides.append("search.strategy=\(strategy.rawValue)") }
      if let seed { overrides.append("search.seed=\(seed)") }
      let configuration = try options.configuration(of: options.file(), overrides)
      var folder = try runFolder(for: configuration)
      Interruption.watch()
      let (record, front, ending) = try search(configuration, in: &folder)
      try Terminal.print(
        json ? RunSummary(record, front: front, ending: ending).json() : record.searchText(front),
        isData: json)
      if ending == .exhausted {
        let proposals = record.trials.count(where: \.isProposal)
        Terminal.complain("The space has no further candidate: all \(proposals) were proposed.")
      }
      if !json { Terminal.complain("The run is in \(folder.path).") }
      if ending == .interrupted {
        Terminal.complain("Stopped before the end; go on with: \(resumingCommand(for: folder))")
        throw Interruption.exitCode
      }
      try requireResult([record], in: folder.path)
      if ending == .budget, record.trained.isEmpty {
        let spent = record.ledger?.metered.energy ?? .zero
        let budget = configuration.search.budget ?? .zero
        let problem =
          spent >= budget
          ? "the budget of \(budget.formatted) is spent: \(spent.formatted) were metered, and no training has ended"
          : "no training fitted into the budget of \(budget.formatted), of which \(spent.formatted) are spent"
        throw InputError(
          "\(folder.path): \(problem); give more and go on with --resume", code: ExitStatus.software)
      }
    }
  }

  /// Searches in a folder; where its name was not asked for and another search has taken it meanwhile, in a new one.
  private func search(
    _ configuration: StudyConfiguration, in folder: inout RunFolder
  ) throws -> (record: RunRecord, front: TrialFront, ending: Study.Ending) {
    while true {
      do {
        return try search(configuration, in: folder)
      } catch let error as RunFolderError where error.isTaken && runPath == nil && !resume {
        folder = try RunFolder.createNext(studyName: configuration.name)
      }
    }
  }

  private func search(
    _ configuration: StudyConfiguration, in folder: RunFolder
  ) throws -> (record: RunRecord, front: TrialFront, ending: Study.Ending) {
    do {
      let session = SearchSession(
        configuration: configuration, folder: folder, resumes: resume, programVersion: Wattle.version)
      let ending = try runSession(session)
      let record = try RunRecord(reading: folder)
      let front = record.front()
      try RunFiles.write(record, front: front, ending: ending)
      return (record, front, ending)
    } catch RunFolderError.cannotCreate(let path, let reason) where folder.holdsStudy {
      throw RunFolderError.cannotCreate(
        path: path, reason: "\(reason), then go on with: \(resumingCommand(for: folder))")
    } catch RunFolderError.cannotWrite(let path, let reason) where folder.holdsStudy {
      // What has ended by now is in the journal.
      throw RunFolderError.cannotWrite(
        path: path, reason: "\(reason), then go on with: \(resumingCommand(for: folder))")
    }
  }

  private func runFolder(for configuration: StudyConfiguration) throws -> RunFolder {
    if let runPath { return RunFolder(path: runPath) }
    guard resume else { return RunFolder.next(studyName: configuration.name) }
    guard let latest = RunFolder.latest(studyName: configuration.name) else {
      throw RunFolderError.nothingToResume(path: "runs/\(configuration.name)-*")
    }
    return latest
  }
}

/// Makes sure that a trial was completed in one of the runs, and can be ranked, if any trial ended at all.
///
/// - Throws: `InputError` with the most frequent reason.
func requireResult(_ runs: [RunRecord], in folder: String) throws {
  if runs.count == 1 { try requireMeasurements(runs[0], in: folder) }
  let reasons = runs.flatMap(\.trials).compactMap(\.failure)
  guard !reasons.isEmpty, runs.allSatisfy({ run in run.trials.allSatisfy { $0.outcome == nil } }) else {
    return
  }
  let counts = Dictionary(grouping: reasons, by: \.self).mapValues(\.count)
  // Of reasons that are as frequent the first by name, so that the line does not depend on chance.
  guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return }
  throw InputError(
    "\(folder): every trial failed, \(most.value) of \(reasons.count) with: \(most.key)",
    code: ExitStatus.software)
}

/// Makes sure that some completed trial has a figure for every objective.
///
/// - Throws: `InputError` with the reason and what to do.
func requireMeasurements(_ run: RunRecord, in folder: String) throws {
  guard let note = run.unmeasuredNote(), run.front().members.isEmpty else { return }
  throw InputError("\(folder): no front: \(note)", code: ExitStatus.software)
}

/// Works on a study and shows its progress on standard error.
///
/// - Parameter label: which of several searches this is; nil for the only one, which then says what it learns from.
func runSession(_ session: SearchSession, label: String? = nil) throws -> Study.Ending {
  var progress: SearchProgress?
  defer { progress?.finish() }
  let preparation = Preparation(of: session.configuration)
  defer { preparation.end() }
  return try session.run(
    log: Terminal.log,
    hooks: SearchSession.Hooks(
      shouldStop: { Interruption.isRequested }, shouldAbandon: { Interruption.isUrgent },
      check: { preparation.end() },
      introduce: { data, quote in
        guard label == nil else { return }
        Terminal.complain(data.summary)
        if let quote { Terminal.complain("Quoted: \(quote.summary)") }
      },
      begin: { ended in
        progress = SearchProgress(
          trialLimit: session.configuration.search.trials, budget: session.configuration.search.budget,
          endedTrials: ended, label: label ?? "")
      },
      watch: { progress?.note($0) }))
}
