import SearchSpaces
import SearchStrategies
import Synchronization

/// How far behind a strategy's knowledge is when it proposes: how many of the trials before had not been told to it.
final class StalenessLog: Sendable {
  private let counts: Mutex<[Int]> = Mutex([])

  /// For each proposal, in order, how many trials before it the strategy did not know.
  var behind: [Int] { counts.withLock { $0 } }

  fileprivate func note(_ count: Int) { counts.withLock { $0.append(count) } }
}

/// A strategy of which a log is kept; it proposes what the strategy proposes.
struct LoggedStrategy: SearchStrategy {
  private var strategy: any SearchStrategy
  private let log: StalenessLog
  private var observed = 0

  init(_ strategy: any SearchStrategy, log: StalenessLog) {
    self.strategy = strategy
    self.log = log
  }

  var name: String { strategy.name }

  var heritableTrials: Set<Int> { strategy.heritableTrials }

  func observationsNeeded(before trial: Int) -> Int { strategy.observationsNeeded(before: trial) }

  mutating func propose(trial: Int) -> Assignment? {
    let proposal = strategy.propose(trial: trial)
    if proposal != nil { log.note(trial - observed) }
    return proposal
  }

  mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    let proposal = strategy.proposeTraining(trial: trial)
    if proposal != nil { log.note(trial - observed) }
    return proposal
  }

  mutating func observe(_ trial: ObservedTrial) {
    observed += 1
    strategy.observe(trial)
  }
}
