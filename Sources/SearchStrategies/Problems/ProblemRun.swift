import ParetoAnalysis
import SearchSpaces

/// A strategy led over a test problem, as a study would lead it, without training anything.
///
/// ```swift
/// let problem = TestProblem(.zdt1)
/// var run = ProblemRun(of: NSGAII(space: problem.space, seed: 7), on: problem)
/// run.advance(to: 10_000)
/// run.hypervolumeShare(reference: [1.1, 1.1])
/// ```
///
/// Before each proposal the strategy is told of exactly the trials that it asks for.
public struct ProblemRun: Sendable {
  /// The problem.
  public let problem: TestProblem
  /// The strategy as it stands.
  public private(set) var strategy: any SearchStrategy
  /// The objectives of every trial so far.
  public private(set) var losses: [[Double]] = []

  private var waiting: [Assignment] = []
  private var observed = 0

  /// A run that has not begun.
  ///
  /// - Parameter strategy: one that searches the problem's space.
  public init(of strategy: any SearchStrategy, on problem: TestProblem) {
    self.strategy = strategy
    self.problem = problem
  }

  /// Runs further trials.
  ///
  /// - Parameter count: how many trials there are afterwards, if the space has so many points.
  public mutating func advance(to count: Int) {
    while losses.count < count {
      let trial = losses.count
      let needed = strategy.observationsNeeded(before: trial)
      while observed < needed { tell() }
      guard let assignment = strategy.propose(trial: trial) else { return }
      waiting.append(assignment)
      losses.append(problem.evaluate(assignment))
    }
  }

  /// The hypervolume of all trials so far, as a share of the most that is possible.
  public func hypervolumeShare(reference: [Double]) -> Double {
    hypervolume(of: losses, reference: reference) / problem.maximumHypervolume(reference: reference)
  }

  private mutating func tell() {
    // The waiting trials are those from `observed` on.
    let first = losses.count - waiting.count
    let assignment = waiting[observed - first]
    strategy.observe(
      ObservedTrial(
        number: observed, assignment: assignment, losses: losses[observed], validationLoss: nil))
    observed += 1
    if observed - first >= 1024 { waiting.removeFirst(observed - first) }
  }
}
