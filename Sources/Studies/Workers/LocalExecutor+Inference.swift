import EnergyMetering

/// Measuring what inferences take: the worker runs them, this process reads the meter between its turns.
extension LocalExecutor {
  /// Has a waiting worker measure what inferences of a trial's network take.
  public func start(_ job: InferenceJob) throws {
    guard let worker = workers.first(where: { $0.activity == .idle }) else {
      preconditionFailure("a measuring was started without a free worker")
    }
    book()
    worker.activity = .measuring
    worker.watch.begin()
    worker.windows = InferenceWindows(trial: job.trial, zero: zero)
    do {
      try worker.send(.prepareInference(job))
    } catch {
      // The worker died while idle; its end is noticed, and the measuring failed, at the next wait.
      log.warning("worker \(worker.identifier): \(error)")
    }
  }

  /// The measurings that ended since this was last asked.
  public func takeMeasurements() -> [InferenceCompletion] {
    defer { measurements = [] }
    return measurements
  }

  /// Reads the meter and leads a worker on through its windows.
  ///
  /// - Parameter take: takes in what the worker said; is told whether the meter could not be read.
  func lead(
    _ worker: WorkerProcess, trial: Int, take: (inout InferenceWindows, Bool) -> InferenceWindows.Step
  ) {
    guard worker.windows?.trial == trial else { return }
    let isGap = !book()
    // Only now: what was booked is in the windows.
    guard var windows = worker.windows else { return }
    let step = take(&windows, isGap)
    worker.windows = windows
    switch step {
    case .end(let result): endMeasuring(worker, result)
    case .ask(let turn):
      do {
        try worker.send(.infer(turn))
      } catch {
        log.warning("worker \(worker.identifier): \(error)")
      }
    }
  }

  /// Notes how a worker's measuring ended; the worker waits again.
  func endMeasuring(_ worker: WorkerProcess, _ result: InferenceResult) {
    guard let windows = worker.windows else { return }
    book()
    worker.windows = nil
    worker.activity = .idle
    measurements.append(InferenceCompletion(trial: windows.trial, result: result))
  }
}
