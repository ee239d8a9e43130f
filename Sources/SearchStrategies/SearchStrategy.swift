import SearchSpaces

/// Proposes candidates and learns from trials: ask and tell.
///
/// A strategy is a value that is rebuilt by replaying the journal. Its draws come from streams keyed by
/// (study seed, trial number), and the study tells it finished trials strictly in the order of their numbers, up to a
/// horizon that does not depend on timing (``observationsNeeded(before:)``). So the same seed gives the same
/// candidates with one worker or with many, interrupted or not.
public protocol SearchStrategy: Sendable {
  /// The name in configs and in `trials.csv`.
  var name: String { get }

  /// How many trials, counted from trial 0, must have been observed before `trial` is proposed.
  ///
  /// Strategies that do not learn return 0. Others return at most `trial`; less than `trial` lets that many trials
  /// run at once.
  func observationsNeeded(before trial: Int) -> Int

  /// The proposal for a trial, or nil when the space is exhausted.
  ///
  /// Called in ascending order of trial numbers, once for each; again for the same trial only after nil, which it
  /// then returns again.
  mutating func propose(trial: Int) -> Assignment?

  /// What ``propose(trial:)`` proposes, with how far it is to be trained; what the study asks for.
  ///
  /// After nil the study asks again for the same trial when it has told of all trials before, in case one of them can
  /// be trained further.
  mutating func proposeTraining(trial: Int) -> ProposedTraining?

  /// The trials among those observed whose weights a later proposal may inherit; those of all others can be thrown away.
  var heritableTrials: Set<Int> { get }

  /// Learns how a trial ended. Called once a trial, in ascending order of trial numbers.
  mutating func observe(_ trial: ObservedTrial)
}

/// What a strategy is told about a finished trial.
public struct ObservedTrial: Sendable {
  /// The trial's number.
  public var number: Int
  /// What had been proposed.
  public var assignment: Assignment
  /// The objectives in the order of the config, each so that less is better; nil if the trial failed.
  public var losses: [Double]?
  /// The loss on the validation part, which tells apart what is equal in accuracy; nil if the trial failed.
  public var validationLoss: Double?
  /// How many epochs were trained, those of trials that it continues counted; nil if that is not known.
  public var epochs: Int?
  /// How far it was trained.
  public var extent: Extent

  /// How far a trial was trained.
  public enum Extent: Hashable, Sendable {
    /// To its end: all epochs, or until early stopping ended it.
    case whole
    /// To its limit of epochs; it can go on.
    case paused
    /// Not at all, as a duplicate, or without a result.
    case untrained
  }

  /// An observed trial.
  public init(
    number: Int, assignment: Assignment, losses: [Double]?, validationLoss: Double?, epochs: Int? = nil,
    extent: Extent = .whole
  ) {
    self.number = number
    self.assignment = assignment
    self.losses = losses
    self.validationLoss = validationLoss
    self.epochs = epochs
    self.extent = extent
  }
}
