import SearchSpaces
import Studies

/// What `wattle show RUN TRIAL` says of other seeds.
extension RunRecord {
  /// The numbers of the trials that train a trial's candidate again.
  func repeatNumbers(of trial: Trial) -> [Int] {
    trials.filter { $0.repeats == trial.number }.map(\.number)
  }

  /// Of how many seeds the interval is; none without an accuracy.
  func accuracyIntervalRows(of trial: Trial) -> [(String, String)] {
    guard let accuracy = accuracyInterval(of: trial) else { return [] }
    let seeds = repeats.repeatCount(of: trial) + 1
    let mean =
      seeds > 1 ? ", \(seeds) seeds with a mean of \(NumberText.fixed(accuracy.mean, decimals: 4))" : ""
    let bounds = [accuracy.low, accuracy.high].map { NumberText.fixed($0, decimals: 4) }
    return [("90 % interval", "\(bounds[0]) – \(bounds[1])\(mean)")]
  }

  /// Which trials are of the same candidate with other seeds.
  func repeatRows(of trial: Trial) -> [(String, String)] {
    if let repeated = trial.repeats { return [("another seed of trial", "\(repeated)")] }
    let numbers = repeatNumbers(of: trial)
    guard !numbers.isEmpty else { return [] }
    var rows = [("trained again in trials", numbers.map { "\($0)" }.joined(separator: ", "))]
    if repeats.repeatCount(of: trial) > 0, let mean = repeats.trainingEnergy(of: trial) {
      rows.append(("mean training energy", mean.formatted))
    }
    return rows
  }
}
