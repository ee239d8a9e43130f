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
      job.streams = TrialJob.Streams(seed: trial.seed, trial: trial.origin(among: trials).number)
      job.resumesFrom = checkpoints?.path(ofTrial: former)
      job.beginsAnew = true
    }
    if trial.epochLimit != nil, let checkpoints {
      try checkpoints.make()
      job.checkpointPath = checkpoints.path(ofTrial: number)
    }
    try addInheritance(to: &job)
    return job
  }
}
