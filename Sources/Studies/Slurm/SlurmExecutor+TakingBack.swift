import Foundation

/// Taking back what was handed out.
extension SlurmExecutor {
  /// Cancels the tasks that have not begun, and hands out nothing any more.
  public func pause() throws {
    isPaused = true
    queue = []
    let waiting = handOuts.filter { handOut in
      switch handOut.standing {
      case .unseen, .known(.waiting): handOut.role == .wanted
      case .known, .unknown: false
      }
    }
    try withdraw(waiting)
    cancel(waiting, onlyWaiting: true)
    watch.askNow()
  }

  /// Notes in the run folder that tasks were taken back, so that no later process takes them for cancelled by someone else.
  func withdraw(_ handOuts: [HandOut]) throws {
    for (name, tasks) in Dictionary(grouping: handOuts, by: \.place.job) {
      guard let batch = batches[name] else { continue }
      for handOut in tasks { handOut.isWithdrawn = true }
      batch.withdrawn.formUnion(tasks.map(\.place.task))
      try folder.write(withdrawn: batch.withdrawn, of: name)
    }
  }

  /// A task that was taken back had begun already: it counts.
  func reinstate(_ handOut: HandOut) throws {
    guard let batch = batches[handOut.place.job] else { return }
    handOut.isWithdrawn = false
    batch.withdrawn.remove(handOut.place.task)
    try folder.write(withdrawn: batch.withdrawn, of: batch.name)
  }

  /// Cancels tasks, as far as the scheduler has named them.
  ///
  /// - Returns: whether it took that.
  @discardableResult
  func cancel(_ handOuts: [HandOut], onlyWaiting: Bool) -> Bool {
    let names = handOuts.filter(\.isNamed).compactMap(\.schedulerName).sorted()
    guard let problem = scheduler.cancel(names, onlyWaiting: onlyWaiting) else { return true }
    watch.noteSilence(problem)
    return false
  }

  /// Of the tasks that are ended for the study those that the scheduler still has, after the time that a task needs to leave.
  func stillAlive(_ answer: SchedulerWatch.Answer) -> [HandOut] {
    var alive: [HandOut] = []
    for batch in batches.values where batch.submittedAt < answer.askedAt {
      for (task, handOut) in batch.dismissed {
        handOut.take(answer.states[handOut.place], at: answer.askedAt)
        if handOut.ending != nil {
          batch.dismissed[task] = nil
        } else if answer.askedAt - handOut.dismissedAt >= configuration.pace.shortGrace {
          alive.append(handOut)
        }
      }
    }
    return alive
  }

  /// Cancels everything, and waits a moment for the tasks' last reports. What could not be cancelled stays in the run folder,
  /// so that a later process of the study cancels it and books what it took.
  func cancelAll() throws {
    look()
    var live = handOuts
    if isPaused, runningCount == 0 {
      let begin = live.partition { $0.role == .found }
      try leave(live[begin...].filter { !isToBeAskedFor($0) })
      live = Array(live[..<begin])
    }
    live.removeAll(where: isToBeAskedFor)
    for batch in batches.values {
      live += batch.dismissed.values.filter { isAtWork($0.place) }
      batch.dismissed = [:]
    }
    guard !live.isEmpty else { return }
    let isAsked = nameAll(live)
    try withdraw(live)
    let isCancelled = cancel(live, onlyWaiting: false)
    // All that may have taken minutes.
    look()
    live.removeAll(where: isToBeAskedFor)
    let end = live.partition { mayRunOn($0, isAsked: isAsked, isCancelled: isCancelled) }
    keep(live[end...])
    takeLastReports(of: live[..<end])
  }

  /// Whether a task has a result that a later process may ask for.
  private func isToBeAskedFor(_ handOut: HandOut) -> Bool {
    handOut.role != .abandoned
      && left[handOut.place]?.contains(where: { $0.isResult && !cluster.has($0.run) }) == true
  }

  /// Leaves what an earlier process handed out, and nobody has asked for, to a later one, as Ctrl-C leaves what runs: only what
  /// has not begun is cancelled.
  private func leave(_ found: [HandOut]) throws {
    var running = found
    if nameAll(found) {
      let waiting = found.filter { $0.standing == .known(.waiting) }
      try withdraw(waiting)
      cancel(waiting, onlyWaiting: true)
      running = found.filter { $0.standing == .known(.running) }
    }
    guard !running.isEmpty else { return }
    log.warning("\(words(running)) of an earlier session may run on; --resume takes in what comes of that")
  }

  private func words(_ tasks: some Collection<HandOut>) -> String {
    tasks.count == 1 ? "a task" : "\(tasks.count) tasks"
  }

  /// Asks for the numbers of tasks that the scheduler has not named yet.
  ///
  /// - Returns: whether it has named all that it has.
  private func nameAll(_ handOuts: [HandOut]) -> Bool {
    guard handOuts.contains(where: { !$0.isNamed }) else { return true }
    guard let states = try? scheduler.states(ofJobs: batches.keys.sorted()) else { return false }
    for handOut in handOuts {
      if let status = states[handOut.place] { handOut.take(status, at: monotonicSeconds()) }
    }
    return true
  }

  /// Whether a task may go on although all were to be cancelled.
  private func mayRunOn(_ handOut: HandOut, isAsked: Bool, isCancelled: Bool) -> Bool {
    if case .known(.over) = handOut.standing { return false }
    let hasResult = left[handOut.place]?.contains(where: \.isResult) == true
    if hasResult, !isAtWork(handOut.place) { return false }
    return handOut.isNamed ? !isCancelled : !isAsked
  }

  /// Leaves tasks for a later process of the study, and says so.
  private func keep(_ handOuts: ArraySlice<HandOut>) {
    guard !handOuts.isEmpty else { return }
    for handOut in handOuts {
      handOut.role = .abandoned
      batches[handOut.place.job]?.handOuts[handOut.place.task] = handOut
    }
    let jobs = Set(handOuts.compactMap { batches[$0.place.job]?.jobID }).sorted()
    let command = jobs.isEmpty ? "" : ", or at least: scancel \(jobs.joined(separator: " "))"
    log.warning(
      "\(words(handOuts)) could not be cancelled and may run on; cancel and book all with --resume\(command)")
  }

  /// Books what tasks that were cancelled have taken.
  private func takeLastReports(of handOuts: ArraySlice<HandOut>) {
    var live = handOuts
    let deadline = monotonicSeconds() + configuration.pace.farewell
    while !live.isEmpty {
      look()
      // A task without any report has not begun, or not come far.
      let begin = live.partition { handOut in
        (left[handOut.place] ?? []).allSatisfy(isLast) || monotonicSeconds() >= deadline
      }
      for handOut in live[begin...] where !isToBeAskedFor(handOut) {
        for (run, isResult) in left[handOut.place] ?? [] {
          bookLost(run, of: handOut, isResult: isResult)
        }
        batches[handOut.place.job]?.handOuts[handOut.place.task] = nil
      }
      live = live[..<begin]
      if !live.isEmpty { usleep(100_000) }
    }
  }

  /// Books what runs have left whose task is over: of a node that was given up and lived on.
  func bookStrays() {
    for (run, isResult) in folder.runs() where batches[run.place.job]?.handOuts[run.place.task] == nil {
      bookLost(run, of: nil, isResult: isResult)
    }
  }

  /// Whether a run of a task has left a report that is not its last.
  func isAtWork(_ place: SlurmScheduler.Place) -> Bool {
    left[place]?.contains { !isLast($0) } == true
  }

  /// Whether a run's report is its last.
  private func isLast(_ found: (run: TaskRun, isResult: Bool)) -> Bool {
    if found.isResult { return true }
    guard let report = try? TaskReport(readingFrom: folder.progressPath(found.run)),
      case .terminated = report.state
    else { return false }
    return true
  }
}
