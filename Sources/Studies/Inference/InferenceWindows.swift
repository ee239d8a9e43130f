import EnergyMetering

/// The windows of one measuring of inference energy, as the study leads a worker through them: at batch 1, then at the
/// batch of the training.
///
/// A window begins and ends at a reading of the meter. It is at least ``windowSeconds`` long, and is prolonged until the
/// meter could be read and has moved.
struct InferenceWindows {
  /// The shortest window: 1 % of it are the 2 ms by which a counter's edges are uncertain.
  static let windowSeconds = 0.2
  /// After so many seconds of inferences without a reading the measuring is given up.
  static let patienceSeconds = 60.0

  /// What to do next.
  enum Step: Equatable {
    /// Ask the worker for more inferences.
    case ask(InferenceTurn)
    /// The measuring is over.
    case end(InferenceResult)
  }

  /// The trial that is measured.
  let trial: Int
  /// Whether the worker is ready, and does nothing but inferences that it counts.
  var isReady: Bool { !batchSizes.isEmpty }

  private let zero: EnergyReading
  private var batchSizes: [Int] = []
  private var finished: [InferenceMeasurement.Window] = []
  /// Whether the open window began at a reading; before that, inferences only bridge a gap.
  private var isOpen = false
  private var energy: EnergyReading
  private var inferences = 0
  private var seconds = 0.0

  /// Windows before the worker is ready.
  ///
  /// - Parameter zero: a reading of nothing by the meter's source.
  init(trial: Int, zero: EnergyReading) {
    self.trial = trial
    self.zero = zero
    energy = zero
  }

  /// Takes in what the meter booked to the worker.
  mutating func take(_ reading: EnergyReading) { energy += reading }

  /// The worker has built and warmed up the network, and the meter was read.
  ///
  /// - Parameters:
  ///   - trainingBatch: the samples of a batch in training.
  ///   - isGap: the meter could not be read.
  mutating func begin(trainingBatch: Int, isGap: Bool) -> Step {
    guard trainingBatch > 0 else { return .end(.failed("the worker named a batch of \(trainingBatch)")) }
    batchSizes = trainingBatch == 1 ? [1] : [1, trainingBatch]
    open(isGap: isGap)
    return next
  }

  /// The worker has done inferences, and the meter was read.
  mutating func add(_ count: InferenceCount, isGap: Bool) -> Step {
    guard finished.count < batchSizes.count, count.inferences > 0, count.seconds.isFinite, count.seconds > 0
    else {
      return .end(
        .failed(
          "the worker reported \(count.inferences) inferences in \(count.seconds) s; expected more than none"
        ))
    }
    seconds += count.seconds
    inferences += count.inferences
    let hasMoved = !isGap && (!isOpen || energy.energy > .zero)
    guard hasMoved else {
      return seconds < Self.patienceSeconds
        ? next : .end(.failed("the meter did not move in \(Self.patienceSeconds) s of inferences"))
    }
    if !isOpen {
      open(isGap: false)
    } else if seconds >= Self.windowSeconds {
      finished.append(
        InferenceMeasurement.Window(
          batchSize: batchSizes[finished.count], inferences: inferences, seconds: seconds, energy: energy))
      open(isGap: false)
    }
    return next
  }

  private mutating func open(isGap: Bool) {
    isOpen = !isGap
    energy = zero
    inferences = 0
    seconds = 0
  }

  private var next: Step {
    guard finished.count == batchSizes.count, let single = finished.first, let last = finished.last else {
      return .ask(InferenceTurn(batchSize: batchSizes[finished.count], seconds: Self.windowSeconds))
    }
    return .end(.measured(InferenceMeasurement(single: single, trainingBatch: last)))
  }
}
