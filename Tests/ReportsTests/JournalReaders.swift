import EnergyMetering
import Foundation
import Logging
import ParetoAnalysis
import Reports
import SearchSpaces
import Studies

/// What `show`, `pareto`, `life-cycle` and `search --resume` do with a journal, in this process.
struct JournalReaders {
  let checked: CheckedConfiguration

  init(of run: SmallRun) throws { checked = try CheckedConfiguration(run.record.configuration) }

  /// Reads all of a run and goes on with it, without training anything.
  func readAll(_ folder: RunFolder) throws {
    try report(RunRecord(reading: folder))
    _ = try Journal.open(at: folder.path(of: .journal), readOnly: true).taskRuns()
    try resume(folder)
  }

  /// Reads what trials and books a run's journal has, and goes on with it: the rest is as in the run that was not damaged.
  func readTrials(_ folder: RunFolder, like run: RunRecord) throws {
    let journal = try Journal.open(at: folder.path(of: .journal), readOnly: true)
    let trials = try journal.trials()
    try report(
      RunRecord(
        folder: folder, configuration: run.configuration, space: run.space, programVersion: "1",
        trials: trials, trialEnds: journal.trialEnds(),
        ledger: EnergyLedger(trials: trials, sessions: journal.sessionBooks()), quotes: journal.quotes(),
        searchQuote: journal.searchQuote(), carbonIntensity: run.carbonIntensity,
        trainingCount: run.parts.training, validationCount: run.parts.validation,
        testCount: run.parts.test))
    try resume(folder)
  }

  private func report(_ record: RunRecord) throws {
    let front = record.front()
    var texts = [
      record.overviewText, record.searchText(front), record.frontText(front), record.frontTable(front).text,
      record.trialsTable.text, record.ledgerTable.text,
    ]
    texts.append(try RunSummary(record, front: front, ending: nil).json())
    for trial in record.trials {
      texts.append(record.text(ofTrial: trial.number))
      texts.append(try jsonText(TrialReport(record, trial: trial)))
    }
    let effectiveness = UncertainValue(1.5, low: 1, high: 100)
    for inferences in [1, 1e30] {
      let lives = try FrontLifeCycles(
        of: record, front: front.members, inferences: inferences, powerUsageEffectiveness: effectiveness)
      let report = LifeCycleReport(
        run: record, lives: lives, inferences: inferences, powerUsageEffectiveness: effectiveness,
        places: [CarbonPlace(record.carbonIntensity)])
      _ = record.energyUses
      texts += [report.text, report.table.text, try report.json()]
    }
    for text in texts {
      if let word = text.firstMatch(of: /\b(nan|NaN|inf|Infinity)\b/) {
        throw NotFinite(word: "\(word.0)", text: text)
      }
    }
  }

  /// A report shows a figure that is none.
  struct NotFinite: Error {
    let word: String
    let text: String
  }

  private func resume(_ folder: RunFolder) throws {
    let journal = try Journal.open(at: folder.path(of: .journal), readOnly: false)
    _ = try journal.header()
    let study = try Study(
      plan: checked.plan, strategy: checked.strategy, journal: journal, executor: IdleExecutor(), session: 1,
      checkpointFolder: folder.path + "/checkpoints",
      log: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    _ = try study.meteredJoules()
  }
}

/// An executor that never has a worker free.
private final class IdleExecutor: TrialExecutor {
  let freeSlots = 0
  let runningCount = 0
  let workerDescription: WorkerDescription? = nil
  private let nothing = EnergyReading.zero(
    EnergyProvenance(source: "none", domains: [], tier: .modelled, detail: ""))

  func start(_ job: TrialJob) {}
  func start(_ job: InferenceJob) {}
  func takeMeasurements() -> [InferenceCompletion] { [] }
  func waitForCompletions(timeoutSeconds: Double) -> [TrialCompletion] { [] }
  func books() -> EnergyBooks {
    EnergyBooks(overhead: nothing, idle: nothing, running: nothing, metered: nothing)
  }
  func charge(strategySeconds: Double) {}
  func finish() -> EnergyBooks { books() }
}
