import SearchStrategies

extension CheckedConfiguration {
  /// So many proposals are looked at, from the middle of the search on.
  private static let proposals = 1_000

  /// How many trainings can be under way at once, behind the start of the search: what the strategy does not wait for.
  ///
  /// It follows from the configuration alone. More workers would have nothing to do most of the time; they cannot change it,
  /// since then the candidates would depend on how many there are.
  public var mostTrainingsAtOnce: Int {
    let first = (plan.trialLimit ?? Self.proposals) / 2
    let last = min(plan.trialLimit ?? Self.proposals, first + Self.proposals)
    return (first..<max(last, first + 1)).reduce(1) { most, trial in
      max(most, trial + 1 - strategy.observationsNeeded(before: trial))
    }
  }

  /// What is said where there are more workers than trainings that the strategy lets run at once; nil where there are not.
  public func noteOnIdleWorkers(of workers: Int) -> String? {
    let most = mostTrainingsAtOnce
    let search = configuration.search
    guard workers > most, strategy.observationsNeeded(before: .max / 2) > 0 else { return nil }
    return "\(workers) workers, but \(strategy.name) with search.lookahead \(search.lookahead) lets \(most) "
      + "\(most == 1 ? "training" : "trainings") run at once, so that \(workers - most) idle; "
      + "--set search.lookahead=\(4 * workers) keeps most of them busy, and leads the same seed to other candidates"
  }
}
