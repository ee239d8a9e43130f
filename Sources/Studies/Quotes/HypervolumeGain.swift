import EnergyMetering
import ParetoAnalysis
import SearchSpaces

/// What a search gains for its energy: how much the hypervolume of its front grew over the last trials.
///
/// The reference point is that of the first ``settledTrials`` completed trials, so that volumes before and after are of one
/// box. What the next kilowatt-hour will bring is taken to be what the last ones brought: gains become rarer, so that this is
/// rather too much than too little, and a search that ends by it has little left to gain.
struct HypervolumeGain: Sendable {
  /// So many completed trials fix the reference point.
  static let settledTrials = 10
  /// The gain is that of the last trials: a quarter of all, and at least so many.
  static let leastWindow = 10

  private let objectives: [Objective]
  private var early: [[Double]] = []
  private var reference: [Double] = []
  private var front: [[Double]] = []
  private var volume = 0.0
  private var joules = 0.0
  /// After each trial, from the settled ones on.
  private var history: [(joules: Double, volume: Double)] = []

  /// The gain of a search that has not begun.
  init(objectives: [Objective]) { self.objectives = objectives }

  /// Takes in a trial, in the order of their numbers.
  ///
  /// - Parameters:
  ///   - losses: its objectives, less being better; nil if it did not complete.
  ///   - joules: its energy.
  mutating func add(losses: [Double]?, joules trialJoules: Double) {
    joules += trialJoules
    if let losses, losses.allSatisfy(\.isFinite) {
      if early.count < Self.settledTrials {
        early.append(losses)
        if early.count == Self.settledTrials {
          reference = TrialFront.reference(for: early, objectives: objectives)
          front = nonDominatedIndexes(of: early).map { early[$0] }
          measure()
        }
      } else if !front.contains(where: { $0 == losses || dominates($0, losses) }) {
        front.removeAll { dominates(losses, $0) }
        front.append(losses)
        measure()
      }
    }
    guard early.count == Self.settledTrials else { return }
    history.append((joules, volume))
  }

  private mutating func measure() {
    let box = reference.reduce(1, *)
    volume = box > 0 ? hypervolume(of: front, reference: reference) / box : 0
  }

  /// The gain of hypervolume, as a share of the box, by kWh over the last trials; nil as long as they are too few.
  var perKilowattHour: Double? {
    let window = max(Self.leastWindow, history.count / 4)
    guard let last = history.last, history.count > window else { return nil }
    let first = history[history.count - 1 - window]
    let spent = Energy(joules: last.joules - first.joules).kilowattHours
    return spent > 0 ? (last.volume - first.volume) / spent : nil
  }
}
