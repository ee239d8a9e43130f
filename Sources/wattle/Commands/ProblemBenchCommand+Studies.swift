import ArgumentParser
import ParetoAnalysis
import Reports
import SearchSpaces
import Studies

/// Studies on a simulated cluster: a table of what the driver takes, and one of what becomes of the trials.
extension ProblemBenchCommand {
  func printStudies() throws {
    let bench = StudyBench(try StudyConfiguration(ConfigurationFile(path: space), overrides: []))
    let cluster = SimulatedCluster.Options(
      workers: workers, failureShare: failures, lossShare: losses, replacementSeconds: 30, stretch: 1_000,
      scatter: 0.3, stragglerShare: stragglers)
    var driver = TextTable([
      ("strategy", .left), ("lookahead", .right), ("workers", .right), ("trials", .right),
      ("CPU ms a trial", .right), ("strategy", .right), ("journal", .right), ("rest", .right),
      ("of the last", .right), ("opening, s", .right), ("peak so far, MB", .right),
    ])
    var trials = TextTable([
      ("strategy", .left), ("lookahead", .right), ("completed", .right), ("failed", .right),
      ("duplicates", .right), ("without end", .right), ("books off by", .right), ("workers lost", .right),
      ("lost kJ", .right), ("lost %", .right), ("busy %", .right),
      ("to the end", .right), ("behind: median", .right), ("most", .right),
      ("hypervolume", .right),
    ])
    for name in StudyConfiguration.StrategyName.allCases where name != .grid && name != .smsEGO {
      guard name.rawValue.hasPrefix(strategy) else { continue }
      let results = try (lookahead.isEmpty ? [8] : lookahead).map {
        try bench.run(name, trials: self.trials, lookahead: $0, on: cluster)
      }
      let reference = TrialFront.reference(
        for: results.flatMap(\.losses), objectives: bench.configuration.objectives)
      for result in results {
        driver.append(driverCells(result))
        trials.append(trialCells(result, reference: reference))
      }
    }
    try Terminal.print(driver.text + "\n" + trials.text + "\n")
  }

  private func driverCells(_ result: StudyBench.Result) -> [String] {
    let rest = result.milliseconds - result.strategyMilliseconds - result.journalMilliseconds
    let milliseconds = [
      result.milliseconds, result.strategyMilliseconds, result.journalMilliseconds, rest,
      result.lastMilliseconds,
    ]
    return [result.strategy.rawValue, "\(result.lookahead)", "\(workers)", "\(result.trials)"]
      + milliseconds.map { NumberText.fixed($0, decimals: 3) }
      + [
        NumberText.fixed(result.openingSeconds, decimals: 2),
        NumberText.fixed(Double(result.peakBytes) / 1e6, decimals: 0),
      ]
  }

  private func trialCells(_ result: StudyBench.Result, reference: [Double]) -> [String] {
    let behind = result.behind.sorted()
    let volume = hypervolume(of: result.losses, reference: reference) / reference.reduce(1, *)
    return [
      result.strategy.rawValue, "\(result.lookahead)", "\(result.states[.completed] ?? 0)",
      "\(result.states[.failed] ?? 0)", "\(result.states[.duplicate] ?? 0)", "\(result.unaccounted)",
      NumberText.significant(result.imbalance, digits: 1), "\(result.usage.losses)",
      NumberText.significant(result.lostJoules / 1e3, digits: 3),
      NumberText.fixed(100 * result.lostShare, decimals: 2),
      NumberText.fixed(100 * result.utilisation, decimals: 1),
      NumberText.fixed(100 * result.utilisationToTheEnd, decimals: 1),
      "\(behind.isEmpty ? 0 : behind[behind.count / 2])", "\(behind.last ?? 0)",
      NumberText.fixed(volume, decimals: 4),
    ]
  }
}

/// Whole numbers from 0 on, separated by commas.
func counts(in text: String) throws -> [Int] {
  try text.split(separator: ",").map { part in
    guard let count = Int(part), 0...100_000 ~= count else {
      throw ValidationError("expected numbers from 0 to 100000 separated by commas, got '\(text)'")
    }
    return count
  }
}
