import EnergyMetering
import NeuralNetworks
import SearchSpaces
import Training

/// One candidate of a study, trained and metered, or on its way.
public struct Trial: Sendable, Equatable {
  /// The number within the study, from 0.
  public var number: Int
  /// The name of the strategy that proposed it.
  public var strategy: String
  /// How far it has come.
  public var state: TrialState
  /// The study's seed; the trial's random streams are keyed by (seed, number, purpose).
  public var seed: UInt64
  /// The canonical hash: candidates that are the same network trained the same way share it.
  public var hash: String
  /// What the strategy chose.
  public var assignment: Assignment
  /// What the choice means.
  public var candidate: Candidate
  /// Parameters, operations and bytes, counted from the architecture; nil if its layers do not fit together.
  public var costs: ArchitectureCosts?
  /// What training led to, from its first epoch on; nil until it has ended.
  public var outcome: TrainingOutcome?
  /// T_h: the energy of this training, without that of trials that it continues or inherits from. Zero for a duplicate, which is not trained; nil while running.
  public var energy: EnergyReading?
  /// Seconds from the start of the training to its result.
  public var wallSeconds: Double?
  /// Processor seconds of the worker in that time.
  public var cpuSeconds: Double?
  /// The worker's largest resident size in that time.
  public var peakMemoryBytes: Int?
  /// The trial whose result a duplicate shares.
  public var duplicateOf: Int?
  /// Why the trial failed, in one line.
  public var failure: String?
  /// What one inference of the network takes; nil where it was not measured, and for a duplicate.
  public var inference: InferenceMeasurement?
  /// Why the first measuring of inferences led to nothing, in one line; kept where it would be an objective, also after a
  /// later session has measured them.
  public var inferenceFailure: String?
  /// The trial whose training this one goes on with; nil if it begins one.
  public var continues: Int?
  /// The last epoch of this trial, counted from the start of the training; nil for all of the candidate's.
  public var epochLimit: Int?
  /// The weights that the training is to begin with; nil for initial weights.
  public var inheritance: WeightInheritance?
  /// The trial whose candidate this one trains again with another seed, after the search; nil for what a strategy proposed.
  public var repeats: Int?
  /// The attempts at its training that led to nothing by a fault of a worker, and were followed by others.
  public var faults: [Fault] = []
  /// What of `energy` was taken in sessions before the one that ended the trial; nil where it was trained in one.
  public var carriedEnergy: EnergyReading?

  /// A trial of the given parts.
  public init(
    number: Int, strategy: String, state: TrialState, seed: UInt64, hash: String, assignment: Assignment,
    candidate: Candidate, costs: ArchitectureCosts?, outcome: TrainingOutcome? = nil,
    energy: EnergyReading? = nil, wallSeconds: Double? = nil, cpuSeconds: Double? = nil,
    peakMemoryBytes: Int? = nil, duplicateOf: Int? = nil, failure: String? = nil,
    inference: InferenceMeasurement? = nil, inferenceFailure: String? = nil,
    continues: Int? = nil, epochLimit: Int? = nil, inheritance: WeightInheritance? = nil, repeats: Int? = nil
  ) {
    self.number = number
    self.strategy = strategy
    self.state = state
    self.seed = seed
    self.hash = hash
    self.assignment = assignment
    self.candidate = candidate
    self.costs = costs
    self.outcome = outcome
    self.energy = energy
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.duplicateOf = duplicateOf
    self.failure = failure
    self.inference = inference
    self.inferenceFailure = inferenceFailure
    self.continues = continues
    self.epochLimit = epochLimit
    self.inheritance = inheritance
    self.repeats = repeats
  }
}

/// The states of a trial.
public enum TrialState: String, Codable, CaseIterable, Sendable {
  /// Proposed and not ended: in training, or waiting for the trial whose duplicate it may be.
  case running
  /// Trained in full: all epochs, or until early stopping ended it.
  case completed
  /// Trained to its limit of epochs; a later trial may continue it.
  case pruned
  /// Ended without a result.
  case failed
  /// Not trained, since an earlier trial was the same candidate; it shares that trial's result.
  case duplicate
}
