import Foundation

/// Finding what an earlier process of the study handed out.
extension SlurmExecutor {
  /// Reads the batches of the run folder. Their tasks are waited for where the study asks for the same again; those of trials
  /// that ended, and those that were taken back, are only seen to their end.
  func findBatches() {
    folder.removeRemains()
    let left = Dictionary(grouping: folder.runs(), by: \.run.place)
    for name in folder.batchNames() {
      guard let batch = folder.batch(name) else {
        log.warning("\(folder.batchPath(name)): cannot be read; the tasks of this batch are passed over")
        continue
      }
      let withdrawn = folder.withdrawn(name)
      let inFlight = BatchInFlight(
        name: name, number: batch.number, size: batch.tasks.count, isFound: true, jobID: folder.jobID(name),
        submittedAt: 0, withdrawn: withdrawn)
      for (index, work) in batch.tasks.enumerated() {
        let place = SlurmScheduler.Place(job: name, task: index)
        // What a result led to is in the journal.
        let isBooked = left[place]?.contains(where: { $0.isResult && cluster.has($0.run) }) == true
        // One that was taken back and yet has a result had begun.
        let isTakenBack =
          withdrawn.contains(index) && left[place]?.contains(where: \.isResult) != true
        let isUseless =
          isTakenBack || work.purpose.isTraining && configuration.endedTrials.contains(work.purpose.trial)
        let handOut = HandOut(
          place, batchNumber: batch.number, work: work, role: isUseless ? .abandoned : .found)
        handOut.schedulerName = inFlight.jobID.map { "\($0)_\(index)" }
        if isBooked { inFlight.dismissed[index] = handOut } else { inFlight.handOuts[index] = handOut }
      }
      batches[name] = inFlight
    }
    abandonElder()
    removeOrphans(left.values.joined().map(\.run))
  }

  /// Of several tasks of the same purpose the last that was handed out counts, and is found by its purpose.
  private func abandonElder() {
    let found = handOuts.filter { $0.role == .found }
    for same in Dictionary(grouping: found, by: \.work.purpose).values where same.count > 1 {
      let youngest = same.map(\.batchNumber).max()
      for handOut in same where handOut.batchNumber != youngest { handOut.role = .abandoned }
    }
    for handOut in found where handOut.role == .found { self.found[handOut.work.purpose] = handOut }
  }

  /// Removes reports whose energy the journal has and whose task is over. One that meters more than the journal has is of a
  /// run that went on after it was given up, and is booked in the end.
  private func removeOrphans(_ runs: [TaskRun]) {
    for run in Set(runs)
    where cluster.has(run) && batches[run.place.job]?.handOuts[run.place.task] == nil {
      let reports = [folder.resultPath(run), folder.progressPath(run)].compactMap {
        try? TaskReport(readingFrom: $0)
      }
      if reports.allSatisfy({ cluster.has($0, of: run) }) { folder.remove(run) }
    }
  }
}
