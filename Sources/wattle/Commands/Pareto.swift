import ArgumentParser
import Reports
import SearchSpaces
import Studies

struct Pareto: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The front of a run: trials that no other trial beats in all objectives.",
    discussion: """
      Reads the run's journal, also while the search goes on. Accuracy is that of the validation part; the test part is \
      reported and never used to choose.

      Examples:
        wattle pareto runs/digits-mlp-2026-01-31-1
        wattle pareto runs/digits-mlp-2026-01-31-1 --csv front.csv
        wattle pareto runs/digits-mlp-2026-01-31-1 --objectives accuracy,parameters
        wattle pareto runs/digits-mlp-2026-01-31-1 --objectives accuracy,life-cycle-energy --inferences 1e9
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var runPath: String

  @Option(
    help: ArgumentHelp(
      "The objectives, separated by commas: \(Objective.allCases.map(\.rawValue).joined(separator: ", "))."),
    transform: { try names(in: $0, noun: "objective") })
  var objectives: [Objective] = []

  @Option(
    help: ArgumentHelp(
      "The expected number of inferences of the objective life-cycle-energy, such as 1e9; by default the configuration's.",
      valueName: "e"))
  var inferences: Double?

  @Option(help: "Write the front as CSV to this file; - for standard output.", completion: .file())
  var csv: String?

  @Flag(help: "Print the summary with this front as JSON.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "<run>")
    try requirePath(csv, of: "--csv")
    if Set(objectives).count < objectives.count {
      throw ValidationError("--objectives names an objective twice")
    }
    if let inferences, !(1...1e30 ~= inferences) {
      throw ValidationError("--inferences must be a number from 1 to 1e30, got \(inferences)")
    }
  }

  /// Life-cycle energy and the number of inferences go together.
  private func checkLifeCycle(of record: RunRecord) throws {
    let counts = (objectives.isEmpty ? record.configuration.objectives : objectives).contains(
      .lifeCycleEnergy)
    if counts, inferences == nil, record.configuration.energy.inferences == nil {
      throw InputError(
        "--objectives: life-cycle-energy needs the expected number of inferences; add it, such as --inferences 1e9"
      )
    }
    if !counts, inferences != nil {
      throw InputError(
        "--inferences: nothing uses it, since life-cycle-energy is no objective; leave it out, or add life-cycle-energy to "
          + "--objectives")
    }
  }

  /// A front of those trials alone whose inferences were measured would look like that of all.
  private func checkInferences(of record: RunRecord) throws {
    guard let objective = objectives.first(where: \.needsInference),
      !record.configuration.objectives.contains(where: \.needsInference)
    else { return }
    let trained = record.repeats.candidates
    let measured = trained.count { $0.measuredInference(among: record.trials) != nil }
    guard measured < trained.count else { return }
    throw InputError(
      "--objectives: \(objective.rawValue) was measured for \(measured) of \(counted(trained.count, "trained network")); "
        + "measure the others with `wattle search … --resume --set energy.inference.measure=all`")
  }

  func run() throws {
    try reportingFailures {
      var outputs = OutputFiles()
      let record = try outputs.readRun(runPath, writing: csv, of: "--csv")
      if let problem = objectives.lazy.compactMap({ $0.problem(with: record.task) }).first {
        throw InputError("--objectives: " + problem)
      }
      try checkLifeCycle(of: record)
      try checkInferences(of: record)
      let front = record.front(objectives: objectives.isEmpty ? nil : objectives, inferences: inferences)
      if let csv, csv != "-" { try writeOutput(record.frontTable(front).text, to: csv) }
      if csv == "-" {
        try Terminal.print(record.frontTable(front).text, isData: true)
      } else {
        try Terminal.print(
          json ? RunSummary(record, front: front, ending: nil).json() : record.frontText(front), isData: json)
      }
    }
  }
}
