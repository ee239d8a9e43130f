import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Synchronization
import Training

/// The inside of a worker process: it prepares the data once and then trains what it is told to.
///
/// It speaks JSON, an object a line, on standard input and output. When standard input ends, because the study
/// ended or was killed, the worker exits at once, in mid-training too: nobody would read its result.
public enum Worker {
  /// Serves requests until standard input ends; never returns.
  ///
  /// - Parameters:
  ///   - processor: the logical processor to be pinned to, if any.
  ///   - countsOperations: whether the study looks at what is computed; it has then handed over memory for it.
  public static func serve(processor: Int?, countsOperations: Bool) -> Never {
    signal(SIGINT, SIG_IGN)
    FileSizeSignal.ignore()
    let pinned = processor.flatMap { ProcessorAffinity.pin(to: $0) ? $0 : nil }
    let requests = RequestQueue()
    Thread.detachNewThread { requests.readStandardInput() }
    var loop = WorkerLoop(
      processor: pinned, tally: countsOperations ? try? OperationTally.inherited() : nil,
      isAskedToPause: { requests.isAskedToPause }, say: say)
    while true { say(loop.response(to: requests.next())) }
  }

  private static func say(_ response: WorkerResponse) {
    do {
      try writeAll(try encodeLine(response), to: STDOUT_FILENO)
    } catch {
      exit(74)  // EX_IOERR: the study no longer reads.
    }
  }
}

/// A worker's state between requests.
struct WorkerLoop: ~Copyable {
  let processor: Int?
  /// What was computed in trainings and inferences; nil where nobody looks.
  private let tally: OperationTally?
  private var prepared: (setup: WorkerSetup, data: PreparedData)?
  /// The data as they are, for candidates with an embedding; prepared when the first comes.
  private var unchanged: PreparedData?
  private var exercise: InferenceExercise?
  /// Whether the study wants running trainings to stop.
  private let isAskedToPause: () -> Bool
  /// Tells the study something while a request is worked on.
  private let say: (WorkerResponse) -> Void

  init(
    processor: Int?, tally: OperationTally?, isAskedToPause: @escaping () -> Bool,
    say: @escaping (WorkerResponse) -> Void
  ) {
    self.processor = processor
    self.tally = tally
    self.isAskedToPause = isAskedToPause
    self.say = say
  }

  /// A loop whose data are at hand.
  init(_ setup: WorkerSetup, _ data: PreparedData) {
    processor = nil
    tally = nil
    isAskedToPause = { false }
    say = { _ in }
    prepared = (setup, data)
  }

  mutating func response(to line: [UInt8]) -> WorkerResponse {
    do {
      switch try JSONDecoder().decode(WorkerRequest.self, from: Data(line)) {
      case .prepare(let setup):
        return prepare(setup)
      case .train(let job):
        exercise = nil
        return train(job)
      case .prepareInference(let job):
        return prepareInference(job)
      case .infer(let turn):
        return infer(turn)
      case .pause:
        return .unusable(reason: "a pause was asked for as if it were a request of its own")
      }
    } catch {
      return .unusable(
        reason: "a request was not understood: \((error as? DecodingError)?.problem ?? "\(error)")")
    }
  }

  private mutating func prepare(_ setup: WorkerSetup) -> WorkerResponse {
    do {
      prepared = (setup, try setup.prepareData())
      unchanged = nil
    } catch {
      return .unusable(reason: "\(error)")
    }
    Self.warmUp(setup)
    return .ready(
      WorkerDescription(
        blasCore: OpenBLAS.coreName, blasConfiguration: OpenBLAS.configuration, processor: processor))
  }

  /// The checkpoint would need memory that is not there.
  private struct CheckpointTooLarge: Error {}

  private mutating func prepareInference(_ job: InferenceJob) -> WorkerResponse {
    guard let prepared else {
      return .unusable(reason: "inferences were asked for before any data were prepared")
    }
    exercise = nil
    do {
      let built = try InferenceExercise(
        job, on: data(for: job.candidate, prepared), seed: prepared.setup.seed)
      let trainingBatch = built.trainingBatch
      exercise = consume built
      return .inferenceReady(trial: job.trial, trainingBatch: trainingBatch)
    } catch {
      return .failed(trial: job.trial, reason: "\(error)")
    }
  }

  private mutating func infer(_ turn: InferenceTurn) -> WorkerResponse {
    guard let trial = exercise?.trial, let limit = exercise?.trainingBatch, 1...limit ~= turn.batchSize,
      let count = exercise?.run(turn, tally)
    else { return .unusable(reason: "inferences were asked for without a network that is built for them") }
    return .inferred(trial: trial, count: count)
  }

  private mutating func train(_ job: TrialJob) -> WorkerResponse {
    guard let prepared else {
      return .unusable(reason: "a training was asked for before any data were prepared")
    }
    PeakMemory.reset()
    do {
      let data = try data(for: job.candidate, prepared)
      let streams = job.streams ?? TrialJob.Streams(seed: prepared.setup.seed, trial: job.trial)
      var session = try TrainingSession(job.heir, on: data, seed: streams.seed, trial: streams.trial)
      var (restart, lostCheckpoint) = (nil as String?, nil as String?)
      var going = job.goOn(&session)
      if case .lost = going, job.inheritedEpochs != nil {
        // An attempt that could not inherit trains all epochs, and its checkpoints are of such a training.
        var whole = try TrainingSession(
          job.candidate, on: data, seed: streams.seed, trial: streams.trial)
        if case .goesOn = job.goOn(&whole) {
          session = whole
          restart = "an earlier attempt found its parent's weights of no use"
          going = .goesOn
        }
      }
      switch going {
      case .goesOn: break
      case .lost(let reason):
        lostCheckpoint = reason
        say(.begunAnew(trial: job.trial))
        fallthrough
      case .begins:
        restart = try job.prepare(&session)
        if restart != nil, job.inheritedEpochs != nil {
          // Initial weights need all epochs.
          session = try TrainingSession(job.candidate, on: data, seed: streams.seed, trial: streams.trial)
        }
      }
      guard let outcome = try train(&session, job, on: data, lostCheckpoint) else {
        return .paused(trial: job.trial, epoch: session.epoch, lostCheckpoint: lostCheckpoint)
      }
      if let path = job.checkpointPath {
        try writeAtomically(session.checkpoint().bytes(), to: path)
      }
      if let path = job.weightsPath {
        let candidate = session.candidate
        try session.withTrainedNetwork { network in
          try WeightsFile.write(network, of: candidate, trainedOn: data, streams, to: path)
        }
      }
      return .trained(
        trial: job.trial, outcome: outcome, peakMemoryBytes: PeakMemory.bytes(), restart: restart,
        lostCheckpoint: lostCheckpoint)
    } catch RunFolderError.cannotWrite(let path, let reason) {
      return .notWritten(path: path, reason: reason)
    } catch {
      return .failed(trial: job.trial, reason: "\(error)")
    }
  }

  /// The data that a candidate takes: standardised, or as they are before an embedding.
  private mutating func data(
    for candidate: Candidate, _ prepared: (setup: WorkerSetup, data: PreparedData)
  ) throws -> PreparedData {
    guard candidate.architecture.vocabulary != nil else { return prepared.data }
    if let unchanged { return unchanged }
    let data = try prepared.setup.prepareData(isStandardized: false)
    unchanged = data
    return data
  }

  /// Trains, and adds what is computed to the tally: what other jobs have computed of this training is theirs.
  ///
  /// - Returns: nil where it was asked to pause, and its checkpoint is written.
  private func train(
    _ session: inout TrainingSession, _ job: TrialJob, on data: PreparedData, _ lostCheckpoint: String?
  ) throws -> TrainingOutcome? {
    let candidate = session.candidate
    let work = try TrainingWork(candidate, on: data)
    let last = min(job.untilEpoch ?? candidate.training.epochs, candidate.training.epochs)
    var lastCheckpoint = monotonicSeconds()
    var canPause = true
    while session.epoch < last, !session.isOver {
      try session.advance(toEpoch: last) { _ in
        tally?.add(work.afterEpoch)
        guard let interim = job.interim else { return .proceed }
        return monotonicSeconds() - lastCheckpoint >= interim.seconds || canPause && isAskedToPause()
          ? .stop : .proceed
      } onStep: { samples in
        tally?.add(work.sample * Double(samples))
      }
      guard session.epoch < last, !session.isOver, let interim = job.interim else { continue }
      lastCheckpoint = monotonicSeconds()
      do {
        guard MemoryBound.hasRoom(for: 2 * session.checkpointBytes) else { throw CheckpointTooLarge() }
        try writeAtomically(
          session.checkpoint().bytes(), to: interim.path(ofEpoch: session.epoch), isSynchronized: true)
      } catch {
        // A training is worth more than its checkpoint: it goes on without.
        canPause = false
        continue
      }
      if canPause, isAskedToPause() { return nil }
      say(.checkpointed(trial: job.trial, epoch: session.epoch, lostCheckpoint: lostCheckpoint))
    }
    let outcome = try session.outcome()
    tally?.add(work.afterTraining)
    return outcome
  }
}

extension WorkerSetup {
  /// Loads, splits and standardises the data set.
  ///
  /// - Parameter isStandardized: false leaves the features as they are.
  func prepareData(isStandardized: Bool = true) throws -> PreparedData {
    guard split.count == 3 else {
      throw DatasetError.invalidOption(
        option: "split", problem: "expected three fractions, got \(split.count)")
    }
    let fractions = try SplitFractions(training: split[0], validation: split[1], test: split[2])
    return try PreparedData(
      dataset.load(), split: fractions, seed: seed, isStandardized: isStandardized)
  }
}

/// Requests, in the order in which they came in.
private final class RequestQueue: Sendable {
  private let lines = Mutex<[[UInt8]]>([])
  private let available = DispatchSemaphore(value: 0)
  private let pauseLine = (try? encodeLine(WorkerRequest.pause).dropLast()).map(Array.init)
  private let pauses = Atomic<Bool>(false)

  /// Whether a pause was asked for. Nothing is trained behind that.
  var isAskedToPause: Bool { pauses.load(ordering: .relaxed) }

  /// Waits for the next request.
  func next() -> [UInt8] {
    available.wait()
    return lines.withLock { $0.removeFirst() }
  }

  func readStandardInput() -> Never {
    var reader = LineReader()
    while true {
      switch reader.read(from: STDIN_FILENO) {
      case .lines(let newLines):
        for line in newLines {
          guard line != pauseLine else {
            pauses.store(true, ordering: .relaxed)
            continue
          }
          lines.withLock { $0.append(line) }
          available.signal()
        }
      case .ended, .tooLong:
        _exit(0)
      }
    }
  }
}

/// A message as one line.
func encodeLine(_ message: some Encodable) throws -> [UInt8] {
  var line = Array(try JSONEncoder().encode(message))
  line.append(UInt8(ascii: "\n"))
  return line
}
