import Foundation
import Logging
import Synchronization

/// Asks the scheduler now and then how all tasks stand, beside the study: an answer may take a minute.
final class SchedulerWatch {
  /// What the scheduler said.
  struct Answer: Sendable {
    /// When it was asked, by the clock that never jumps.
    var askedAt: Double
    /// How the tasks stand.
    var states: [SlurmScheduler.Place: SlurmScheduler.Status]
  }

  private let scheduler: SlurmScheduler
  private let pace: SlurmExecutor.Pace
  private let log: Logger
  private let box = AnswerBox()
  private var isAsking = false
  private var nextTime = 0.0
  private var interval: Double
  private var isSilent = false
  /// Whether there may be an accounting: false once it was said that there is none.
  private(set) var hasAccounts = true

  init(_ scheduler: SlurmScheduler, pace: SlurmExecutor.Pace, log: Logger) {
    self.scheduler = scheduler
    self.pace = pace
    self.log = log
    interval = pace.firstQuestion
  }

  /// Asks again soon: something has changed.
  func hurry(at time: Double) {
    interval = pace.firstQuestion
    nextTime = min(nextTime, time + interval)
  }

  /// Asks at once.
  func askNow() { nextTime = 0 }

  /// Begins to ask if it is time, and hands over the answer once it has come.
  ///
  /// - Parameters:
  ///   - names: the jobs to ask for.
  ///   - unknown: tasks that the scheduler has forgotten, by its names for them and ours: the accounting may know them.
  func answer(
    forJobs names: [String], unknown: [String: SlurmScheduler.Place], at time: Double
  ) -> Answer? {
    if isAsking {
      guard let outcome = box.take() else { return nil }
      isAsking = false
      interval = min(interval * 1.5, pace.slowestQuestion)
      nextTime = time + interval
      return hear(outcome)
    }
    guard !names.isEmpty, time >= nextTime else { return nil }
    isAsking = true
    let (scheduler, box, hasAccounts) = (scheduler, box, hasAccounts)
    Thread.detachNewThread {
      do throws(SchedulerSilentError) {
        var states = try scheduler.states(ofJobs: names)
        let forgotten = unknown.filter { states[$0.value] == nil }
        let accounts =
          hasAccounts ? scheduler.accounts(of: forgotten.keys.sorted()) : SlurmScheduler.Accounts()
        for (name, account) in accounts.tasks {
          guard let place = forgotten[name], account.job == place.job else { continue }
          states[place] = SlurmScheduler.Status(
            jobID: String(name.prefix { $0 != "_" }), state: account.state, node: account.node)
        }
        box.put(.success((Answer(askedAt: time, states: states), accounts.areMissing)))
      } catch {
        box.put(.failure(error))
      }
    }
    return nil
  }

  private func hear(_ outcome: Result<(Answer, Bool), SchedulerSilentError>) -> Answer? {
    switch outcome {
    case .success((let answer, let accountsAreMissing)):
      if accountsAreMissing { hasAccounts = false }
      if isSilent { log.warning("the scheduler answers again") }
      isSilent = false
      return answer
    case .failure(let error):
      noteSilence(error.reason)
      return nil
    }
  }

  /// Says once that the scheduler does not answer.
  func noteSilence(_ reason: String) {
    if !isSilent { log.warning("the scheduler does not answer, and is asked again and again: \(reason)") }
    isSilent = true
  }
}

/// Holds an answer between the thread that asks and the one that looks.
private final class AnswerBox: Sendable {
  typealias Outcome = Result<(SchedulerWatch.Answer, Bool), SchedulerSilentError>
  private let outcome = Mutex<Outcome?>(nil)

  func put(_ new: Outcome) { outcome.withLock { $0 = new } }

  func take() -> Outcome? {
    outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome
    }
  }
}
