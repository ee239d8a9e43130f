import Numerics
import SearchSpaces
import SearchStrategies

/// How a trial ends, by its number and what was proposed.
typealias TrialEnding = @Sendable (Int, Assignment) -> (losses: [Double]?, validationLoss: Double?)

/// Leads a strategy as a study does: before each proposal it is told of exactly the trials that it asks for.
struct StudyRehearsal {
  private(set) var strategy: any SearchStrategy
  /// What was proposed.
  private(set) var record: [Assignment] = []
  private var observed = 0
  private let ending: TrialEnding

  init(_ strategy: any SearchStrategy, ending: @escaping TrialEnding = sometimesFailing) {
    self.strategy = strategy
    self.ending = ending
  }

  /// The next proposal, or nil at the end.
  mutating func propose() -> Assignment? {
    let trial = record.count
    let needed = strategy.observationsNeeded(before: trial)
    while observed < min(needed, trial) {
      let (losses, validationLoss) = ending(observed, record[observed])
      strategy.observe(
        ObservedTrial(
          number: observed, assignment: record[observed], losses: losses, validationLoss: validationLoss))
      observed += 1
    }
    guard let assignment = strategy.propose(trial: trial) else { return nil }
    record.append(assignment)
    return assignment
  }

  /// Up to so many proposals in all, fewer where the space ends.
  mutating func proposals(upTo count: Int) -> [Assignment] {
    while record.count < count, propose() != nil {}
    return record
  }
}

/// Losses that look like noise but depend on nothing but what was proposed; every seventh trial fails.
@Sendable func sometimesFailing(_ trial: Int, _ assignment: Assignment) -> ([Double]?, Double?) {
  guard trial % 7 != 3 else { return (nil, nil) }
  let text = assignment.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined()
  var stream = RandomStream(seed: 0, purpose: text)
  // Few distinct losses, so that ties occur.
  return ([Double(stream.integer(below: 10)), stream.uniform()], stream.uniform())
}
