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
      job.streams = TrialJob.Streams(seed: trial.seed, trial: origin.streamNumber(among: trials))
      job.resumesFrom = checkpoints?.path(ofTrial: former)
      job.beginsAnew = true
    } else if case let stream = trial.streamNumber(among: trials), stream != number {
      job.streams = TrialJob.Streams(seed: trial.seed, trial: stream)
    }
    // Nothing goes on with a repeat.
    if trial.epochLimit != nil, trial.isProposal, let checkpoints {
      try checkpoints.make()
      job.checkpointPath = checkpoints.path(ofTrial: number)
    }
    return job
  }
}
