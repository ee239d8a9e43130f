import Numerics
import ParetoAnalysis
import SearchSpaces

/// The candidates of which it is open whether they are on the front, so that another training may tell.
///
/// A candidate's chance p of being on the front comes from drawing all of them within what is known of their objectives
/// (`nonDominatedProbabilities`). One more training beside m takes s²/m − s²/(m + 1) off the variance of the mean over its
/// seeds, s being the deviation of a training. So p (1 − p) / (m (m + 1)) says how much a repeat tells: the candidates that are
/// most in doubt come first, and those that were repeated already step back. It is the idea of spending trainings where they
/// decide about the front (Lee, Chew, Teng and Goldsman 2010, "Finding the non-dominated Pareto set for multi-objective
/// simulation models", IIE Transactions 42), in a plain form.
///
/// - Complexity: O(n log n) for each of ``pilotDraws``, and less for the draws among those that are left.
struct NearTies {
  /// A candidate in doubt.
  struct Candidate: Equatable {
    /// The number of its first trial.
    var trial: Int
    /// The chance that it is on the front.
    var chance: Double
    /// How much a repeat tells.
    var weight: Double
  }

  /// Chances that leave a doubt.
  static let doubtful = 0.05...0.95
  /// Draws to find out who can be on the front at all: whoever never is changes nothing for the others.
  static let pilotDraws = 100
  /// Draws for the chances of those.
  static let draws = 1000

  /// Those in doubt that may be trained again, the most telling first, of equals the one with the lower number.
  let candidates: [Candidate]

  /// The near-ties of a study.
  ///
  /// - Parameters:
  ///   - trials: all trials of the study, by number.
  ///   - inferences: e, where life-cycle energy is an objective.
  ///   - known: so many repeats count with their results, from the first; of those behind them only that there are any.
  ///   - most: how often a candidate may be repeated.
  ///   - validationCount: the number of samples that accuracy was measured on.
  init(
    in trials: [Trial], inferences: Double?, knownRepeats known: Int, most: Int, objectives: [Objective],
    validationCount: Int, seed: UInt64
  ) {
    let trainings = RepeatedTrainings(trials, inferences: inferences, firstRepeats: known)
    var points: [(trial: Int, objectives: [UncertainObjective])] = trainings.candidates.compactMap { trial in
      TrialFront.uncertainty(of: trial, objectives, in: trainings, validationCount: validationCount)
        .map { (trial.number, $0) }
    }
    var stream = RandomStream(seed: seed, trial: trials.count, purpose: "near-ties")
    let pilot = nonDominatedProbabilities(
      of: points.map(\.objectives), draws: Self.pilotDraws, stream: &stream)
    points = zip(points, pilot).filter { $0.1 > 0 }.map(\.0)
    let chances = nonDominatedProbabilities(
      of: points.map(\.objectives), draws: Self.draws, stream: &stream)
    var begun: [Int: Int] = [:]
    for trial in trials { if let repeated = trial.repeats { begun[repeated, default: 0] += 1 } }
    candidates = zip(points, chances).compactMap { point, chance in
      let repeats = begun[point.trial] ?? 0
      guard Self.doubtful.contains(chance), repeats < most else { return nil }
      let count = Double(repeats + 1)
      return Candidate(
        trial: point.trial, chance: chance, weight: chance * (1 - chance) / (count * (count + 1)))
    }.sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.trial < $1.trial }
  }
}
