import Numerics
import SearchSpaces
import SearchStrategies

/// Trainings of 27 epochs at 1 J each and nothing else, but for every fifth number of units' worth of text: those have 2.
struct EstimatesUnderTest: TrainingEstimates {
  var epochs = 27

  func estimate(of assignment: Assignment) -> TrainingEstimate? {
    // Some candidates are so short that the first rungs hold all of their epochs.
    let isShort = assignment.text.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 1009 } % 5 == 0
    return TrainingEstimate(epochs: isShort ? 2 : epochs, fixedJoules: 0, joulesPerEpoch: 1)
  }

  func comparableLosses(_ losses: [Double], of assignment: Assignment, epochs: Int) -> [Double] {
    // The meter is noisy; the estimate is not.
    losses.count > 1 ? [losses[0], Double(epochs)] + losses.dropFirst(2) : losses
  }
}

/// Epochs, and joules an epoch, by the order of the text; for examples by hand.
struct EstimatesByHand: TrainingEstimates {
  var estimate: TrainingEstimate

  func estimate(of assignment: Assignment) -> TrainingEstimate? { estimate }
  func comparableLosses(_ losses: [Double], of assignment: Assignment, epochs: Int) -> [Double] { losses }
}

extension Assignment {
  /// The values in the order of their names.
  var text: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: ",")
  }
}

/// Leads a multi-fidelity search as a study does, with some workers: the last training that began ends first where the
/// search does not wait for another.
struct MultiFidelityRehearsal {
  typealias Losses = @Sendable (_ trial: Int, Assignment, _ epochs: Int) -> [Double]?

  private(set) var strategy: any SearchStrategy
  /// What was proposed.
  private(set) var record: [ProposedTraining] = []
  private let estimates: any TrainingEstimates
  private let workers: Int
  private let duplicates: Set<Int>
  private let losses: Losses
  private var running: [Int] = []
  private var observed = 0

  init(
    _ strategy: any SearchStrategy, estimates: any TrainingEstimates, workers: Int = 1,
    duplicates: Set<Int> = [], losses: @escaping Losses = noisyLosses
  ) {
    self.strategy = strategy
    self.estimates = estimates
    self.workers = workers
    self.duplicates = duplicates
    self.losses = losses
  }

  /// The epochs that a trial was trained for.
  func epochs(of proposal: ProposedTraining) -> Int {
    proposal.epochLimit ?? estimates.estimate(of: proposal.assignment)?.epochs ?? 0
  }

  /// Up to so many proposals in all, fewer where the search ends.
  mutating func proposals(upTo count: Int) -> [ProposedTraining] {
    while record.count < count {
      let trial = record.count
      let needed = strategy.observationsNeeded(before: trial)
      if running.count < workers, running.min() ?? trial >= needed {
        observe(upTo: needed)
        if let proposal = propose(trial) {
          record.append(proposal)
          running.append(trial)
          continue
        }
        guard !running.isEmpty else { break }
      }
      running.removeLast()
    }
    return record
  }

  private mutating func propose(_ trial: Int) -> ProposedTraining? {
    if let proposal = strategy.proposeTraining(trial: trial) { return proposal }
    guard running.isEmpty, observed < trial else { return nil }
    observe(upTo: trial)
    return strategy.proposeTraining(trial: trial)
  }

  private mutating func observe(upTo count: Int) {
    while observed < count {
      let proposal = record[observed]
      let epochs = epochs(of: proposal)
      let isDuplicate = duplicates.contains(observed)
      let losses = losses(observed, proposal.assignment, epochs)
      strategy.observe(
        ObservedTrial(
          number: observed, assignment: proposal.assignment, losses: losses, validationLoss: losses?.first,
          epochs: losses == nil ? nil : epochs,
          extent: losses == nil || isDuplicate ? .untrained : proposal.epochLimit == nil ? .whole : .paused))
      observed += 1
    }
  }
}

/// An error that falls with the epochs, and an energy as a noisy meter has it; every seventh trial fails.
@Sendable func noisyLosses(_ trial: Int, _ assignment: Assignment, _ epochs: Int) -> [Double]? {
  guard trial % 7 != 3 else { return nil }
  var stream = RandomStream(seed: 0, purpose: assignment.text)
  let floor = stream.uniform() / 2
  return [floor + 1 / Double(1 + epochs), Double(epochs) * (1 + stream.uniform() / 10)]
}
