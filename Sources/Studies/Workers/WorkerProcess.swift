import EnergyMetering
import Foundation

/// The study's end of one worker process: its pipes, its state, its death.
final class WorkerProcess {
  /// What a worker is doing.
  enum Activity: Equatable {
    case preparing
    case idle
    case training(trial: Int)
    case measuring
  }

  /// A name that no other worker of the session bears, unlike the process identifier.
  let name: String
  let identifier: pid_t
  let processor: Int?
  let requests: Int32
  let responses: Int32
  let complaints: Int32
  var activity = Activity.preparing
  /// What its trainings and inferences have computed.
  private let tally: OperationTally
  /// The windows that it is led through while it measures.
  var windows: InferenceWindows?
  var responseReader = LineReader()
  /// What it takes.
  var watch = WorkerWatch()
  /// Whether it was told to stop its training.
  var isAskedToPause = false
  /// Why it is being ended.
  var verdict: WorkerWatch.Verdict?
  /// The last lines that the worker wrote to standard error: the cause, if it crashes.
  private(set) var lastComplaint = ""
  private(set) var complaintsAreOpen = true
  private var complaintReader = LineReader()
  private(set) var isAlive = true
  /// Whether a signal ended it that nobody here sent.
  private(set) var wasKilled = false
  private var processorSeconds = 0.0
  private var requestsAreOpen = true

  /// How a worker process is started.
  struct Launch {
    /// The worker's name.
    var name: String
    /// The program, which is this one.
    var executable: String
    /// Its arguments after the program's name.
    var arguments: [String]
    /// The processor that it shall pin itself to.
    var processor: Int?
    /// The environment.
    var environment: [String: String]
  }

  /// Starts a worker.
  init(_ launch: Launch) throws(SystemCallError) {
    let (tally, tallyDescriptor) = try OperationTally.make()
    defer { close(tallyDescriptor) }
    let toWorker = try ChildProcess.pipe()
    let fromWorker = try ChildProcess.pipe()
    let errorsFromWorker = try ChildProcess.pipe()
    defer {
      close(toWorker.reading)
      close(fromWorker.writing)
      close(errorsFromWorker.writing)
    }
    var environment = launch.environment
    // A search for what stood on the stack of a crash takes as long as many trainings, and nobody reads it.
    if environment["SWIFT_BACKTRACE"] == nil { environment["SWIFT_BACKTRACE"] = "enable=no" }
    let process = ChildProcess(
      program: launch.executable, arguments: ["wattle"] + launch.arguments, environment: environment,
      descriptors: [
        (toWorker.reading, STDIN_FILENO), (fromWorker.writing, STDOUT_FILENO),
        (errorsFromWorker.writing, STDERR_FILENO), (tallyDescriptor, OperationTally.inheritedDescriptor),
      ])
    do {
      identifier = try process.start()
    } catch {
      close(toWorker.writing)
      close(fromWorker.reading)
      close(errorsFromWorker.reading)
      throw error
    }
    name = launch.name
    self.tally = tally
    processor = launch.processor
    requests = toWorker.writing
    responses = fromWorker.reading
    complaints = errorsFromWorker.reading
  }

  deinit {
    reap(force: true)
    closeRequests()
    close(responses)
    close(complaints)
  }

  /// The trial that is being trained.
  var trial: Int? {
    if case .training(let trial) = activity { trial } else { nil }
  }

  /// Whether it does nothing but work that it counts.
  private var isCounting: Bool { trial != nil || windows?.isReady == true }

  /// Ends the worker at once, for a reason; that it has ended is noticed at the next wait.
  func end(_ verdict: WorkerWatch.Verdict) {
    self.verdict = self.verdict ?? verdict
    if isAlive { kill(identifier, SIGKILL) }
  }

  func send(_ request: WorkerRequest) throws {
    try writeAll(encodeLine(request), to: requests)
  }

  /// Reads what the worker wrote to standard error, until it is closed.
  func readComplaints() {
    guard complaintsAreOpen else { return }
    switch complaintReader.read(from: complaints) {
    case .lines(let lines):
      if let last = lines.last(where: { !$0.isEmpty }) {
        lastComplaint = String(decoding: last.prefix(500), as: UTF8.self)
      }
    case .ended:
      complaintsAreOpen = false
    case .tooLong:
      complaintReader = LineReader()
    }
  }

  /// Processor seconds so far, the resident size now, and what was computed where it counts; after its death, the final
  /// seconds.
  func consumption() -> ConsumerActivity {
    let clock = ProcessClock(processIdentifier: identifier)
    if isAlive {
      processorSeconds = max(processorSeconds, (try? clock.cpuSeconds()) ?? 0)
    }
    return ConsumerActivity(
      id: name, cpuSeconds: processorSeconds, residentBytes: isAlive ? (try? clock.residentBytes()) ?? 0 : 0,
      operations: isCounting ? tally.operations : nil)
  }

  /// Ends the worker and waits for it.
  ///
  /// - Parameter force: kill it at once; else it is asked to end, by closing its standard input, and killed if it
  ///   does not within two seconds.
  /// - Returns: how it ended, in words; nil for an orderly exit.
  @discardableResult
  func reap(force: Bool) -> String? {
    guard isAlive else { return nil }
    if force { kill(identifier, SIGKILL) }
    closeRequests()
    var status: Int32 = 0
    var usage = rusage()
    let deadline = monotonicSeconds() + 2
    var isKilled = force
    while true {
      let ended = wait4(identifier, &status, isKilled ? 0 : WNOHANG, &usage)
      if ended == identifier || ended < 0 && errno != EINTR { break }
      if ended == 0 && monotonicSeconds() > deadline {
        kill(identifier, SIGKILL)
        isKilled = true
      } else if ended == 0 {
        usleep(1000)
      }
    }
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    processorSeconds = max(processorSeconds, seconds(usage.ru_utime) + seconds(usage.ru_stime))
    isAlive = false
    let signal = status & 0x7f
    if signal != 0 {
      wasKilled = verdict == nil
      // The kernel says no more when it makes room.
      let hint =
        signal == SIGKILL ? "; where memory ran out, set execution: memory-limit or fewer workers" : ""
      return "the worker was ended by signal \(signal) (\(String(cString: strsignal(signal))))\(hint)"
    }
    let code = (status >> 8) & 0xff
    return code == 0 ? nil : "the worker exited with code \(code)"
  }

  private func closeRequests() {
    if requestsAreOpen { close(requests) }
    requestsAreOpen = false
  }
}
