import Training

/// Trainings that pause at a limit of epochs, and trials that go on with them.
extension Study {
  /// The training that a trial is.
  ///
  /// Its random streams are those of the trial that began the training, so that it ends as one that never paused.
  func job(_ number: Int) throws -> TrialJob {
    let trial = trials[number]
    var job = TrialJob(trial: number, candidate: trial.candidate, untilEpoch: trial.epochLimit)
    if let former = trial.continues {
      let origin = trial.origin(among: trials)
      job.streams = TrialJob.Streams(seed: trial.seed, trial: streamNumber(of: origin))
      job.resumesFrom = checkpoints?.path(ofTrial: former)
      job.beginsAnew = true
    } else if case let stream = streamNumber(of: trial), stream != number {
      job.streams = TrialJob.Streams(seed: trial.seed, trial: stream)
    }
    // Nothing goes on with a repeat.
    if trial.epochLimit != nil, trial.isProposal, let checkpoints {
      try checkpoints.make()
      job.checkpointPath = checkpoints.path(ofTrial: number)
    }
    try addInheritance(to: &job)
    // A training that nothing can be kept of is worth as much.
    if let interim = interimCheckpoints(of: number), (try? checkpoints?.make()) != nil {
      job.interim = interim
      job.earlierSeconds = attempts[number]?.wallSeconds
    } else {
      dropEarlier(of: number, "there is no place for checkpoints")
    }
    return job
  }

  /// ``Trial/streamNumber(among:)``, found in O(log *trials*).
  func streamNumber(of trial: Trial) -> Int {
    guard trial.isProposal, proposals.count < trials.count else { return trial.number }
    var (low, high) = (0, proposals.count)
    while low < high {
      let middle = (low + high) / 2
      if proposals[middle] < trial.number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
