import ArgumentParser
import Reports
import Studies

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a candidate of a run again in full, with several seeds, and keep the weights.",
    discussion: """
      The first training is that of the run to the last bit; the others draw their weights and batches from the seeds that \
      follow. The trainings are metered: their mean is T of E_life = CT + T + I · e.

      Writes a folder with the weights as safetensors, seeds.csv and summary.json. Ctrl-C keeps the trainings that are \
      finished.

      Examples:
        wattle train runs/digits-mlp-2026-01-31-1 --trial 17
        wattle train runs/digits-mlp-2026-01-31-1 --trial 17 --seeds 10 --output models/seventeen
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var runPath: String

  @Option(help: "The trial's number; by default the one with the best validation figure.")
  var trial: Int?

  @Option(help: "How many trainings.")
  var seeds = 3

  @Option(
    help: ArgumentHelp(
      "The folder for the weights; by default <run>/trained/trial-<n>.", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Flag(help: "Replace the folder if it is there from an earlier training.")
  var force = false

  @Flag(help: "Print the summary as JSON instead of text.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "<run>")
    try requirePath(output, of: "--output")
    guard 1...1000 ~= seeds else { throw ValidationError("--seeds must be from 1 to 1000, got \(seeds)") }
  }

  func run() throws {
    try reportingFailures {
      let record = try RunRecord(reading: RunFolder(path: runPath))
      let retraining = try Retraining(of: trial, in: record, seedCount: seeds, folder: output)
      Interruption.watch()
      let folder = try Retraining.Output(for: retraining, replaces: force)
      let trainings = try train(retraining, into: folder)
      let isInterrupted = trainings.count < seeds
      if isInterrupted, folder.formerTrainingCount > trainings.count {
        Terminal.complain(
          "Stopped after \(trainings.count) of \(seeds) trainings; "
            + "the earlier \(folder.formerTrainingCount) in \(retraining.folder) stay.")
        throw Interruption.exitCode
      }
      guard trainings.contains(where: { $0.outcome != nil }) else {
        throw InputError(
          "trial \(retraining.trial.number): every training failed: \(trainings.first?.failure ?? "")",
          code: ExitStatus.software)
      }
      let report = RetrainingReport(record, retraining, trainings)
      try folder.write(report.table.text, to: "seeds.csv")
      try folder.write(try report.json(), to: "summary.json")
      try folder.publish()
      try Terminal.print(json ? report.json() : report.text, isData: json)
      if !json { Terminal.complain("The weights are in \(retraining.folder).") }
      if isInterrupted {
        Terminal.complain(
          "Stopped after \(trainings.count) of \(seeds) trainings; train all with: wattle train "
            + "\(shellQuoted(runPath)) --trial \(retraining.trial.number) --seeds \(seeds) "
            + "--output \(shellQuoted(retraining.folder)) --force")
        throw Interruption.exitCode
      }
    }
  }

  private func train(
    _ retraining: Retraining, into folder: Retraining.Output
  ) throws -> [Retraining.Training] {
    do {
      return try retraining.train(
        into: folder, log: Terminal.log, shouldStop: { Interruption.isRequested },
        watch: { training, index in
          Terminal.complain(RetrainingReport.progressText(training, index: index, count: seeds))
        })
    } catch RetrainingError.interrupted {
      Terminal.complain("\(RetrainingError.interrupted)")
      throw Interruption.exitCode
    }
  }
}
