internal import CSystem
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
    let toWorker = try Self.makePipe()
    let fromWorker = try Self.makePipe()
    let errorsFromWorker = try Self.makePipe()
    defer {
      close(toWorker.reading)
      close(fromWorker.writing)
      close(errorsFromWorker.writing)
    }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toWorker.reading, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromWorker.writing, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errorsFromWorker.writing, STDERR_FILENO)
    posix_spawn_file_actions_adddup2(&actions, tallyDescriptor, OperationTally.inheritedDescriptor)

    // A process group of its own keeps Ctrl-C on the terminal from reaching the worker: the study decides.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigfillset(&defaults)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var environment = launch.environment
    // A search for what stood on the stack of a crash takes as long as many trainings, and nobody reads it.
    if environment["SWIFT_BACKTRACE"] == nil { environment["SWIFT_BACKTRACE"] = "enable=no" }
    var child: pid_t = 0
    let code = withCStrings(["wattle"] + launch.arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&child, launch.executable, &actions, &attributes, arguments, environment)
      }
    }
    guard code == 0 else {
      close(toWorker.writing)
      close(fromWorker.reading)
      close(errorsFromWorker.reading)
      throw SystemCallError(call: "posix_spawn \(launch.executable)", code: code)
    }
    name = launch.name
    self.tally = tally
    identifier = child
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

  private static func makePipe() throws(SystemCallError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard wattle_pipe(&ends) == 0 else { throw SystemCallError(call: "pipe") }
    return (ends[0], ends[1])
  }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  return body(copies + [nil])
}
