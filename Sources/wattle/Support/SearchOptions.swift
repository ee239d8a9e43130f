import ArgumentParser
import EnergyMetering
import SearchSpaces

extension StudyConfiguration.StrategyName: ExpressibleByArgument {}
extension StudyConfiguration.ExecutorName: ExpressibleByArgument {}

/// Options of all commands that run searches from a configuration.
struct SearchOptions: ParsableArguments {
  @Argument(help: "The configuration: a YAML file with the space and how to search it.", completion: .file())
  var config: String

  @OptionGroup var limits: SearchLimits

  /// Reads the configuration's text, once: a pipe cannot be read again.
  func file() throws -> ConfigurationFile { try ConfigurationFile(path: config) }

  /// The configuration with all overrides; those of a command's own options come last.
  func configuration(of file: ConfigurationFile, _ more: [String] = []) throws -> StudyConfiguration {
    try StudyConfiguration(file, overrides: limits.all + more)
  }
}

/// How long searches go on, and on what.
struct SearchLimits: ParsableArguments {
  @Option(help: "Stop after so many trials.")
  var trials: Int?

  @Option(
    help:
      "Start no trial that does not fit into so much energy, with its unit, such as \"2 Wh\" or \"500 J\".",
    transform: { text in
      do {
        guard try Energy(parsing: text) > .zero else { throw ValidationError("a budget must be above zero") }
        return text
      } catch let error as EnergyTextError {
        throw ValidationError("\(error)")
      }
    })
  var budget: String?

  @Option(help: "The number of worker processes; by default one a core.")
  var workers: Int?

  @Flag(
    help:
      "Run one trial at a time: slower. Where a counter is read the energy is known better, since no two trials share it."
  )
  var exclusive = false

  @Option(
    help:
      "Where trials run: local, or slurm for tasks of a cluster's scheduler; --workers then says how many at once."
  )
  var executor: StudyConfiguration.ExecutorName?

  @Option(help: "The partition of the cluster.")
  var partition: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a value of the configuration; may be given several times.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    if let trials, trials < 1 { throw ValidationError("--trials must be at least 1, got \(trials)") }
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers must be from 1 to 1024, got \(workers)")
    }
    if exclusive, executor != .slurm, let workers, workers > 1 {
      throw ValidationError("--exclusive runs one trial at a time; leave out --workers \(workers)")
    }
  }

  /// The overrides and what the other options say, as overrides.
  var all: [String] { overrides + ofSearch + ofExecution }

  /// What the options say of the search.
  private var ofSearch: [String] {
    [trials.map { "search.trials=\($0)" }, budget.map { "search.budget=\($0)" }].compactMap(\.self)
  }

  /// What the options say of the workers.
  private var ofExecution: [String] {
    [
      workers.map { "execution.workers=\($0)" }, exclusive ? "execution.exclusive=true" : nil,
      executor.map { "execution.executor=\($0.rawValue)" }, partition.map { "execution.partition=\($0)" },
    ].compactMap(\.self)
  }
}
