import Foundation

/// One task that was handed out to the scheduler: a training or a measuring on its way.
final class HandOut {
  /// Where it is in its array.
  let place: SlurmScheduler.Place
  /// The number of its batch, by which the younger of two is known.
  let batchNumber: Int
  /// What it does.
  let work: ClusterWork
  /// What the study wants of it.
  var role: Role
  /// How it stands, as far as is known.
  var standing = Standing.unseen
  /// When it was seen first that it is over or unknown; nil while it is neither.
  var overSince: Double?
  /// When it was seen first that its result cannot be read; nil while none is there.
  var unreadableSince: Double?
  /// The number by which the scheduler knows it; nil where it never answered.
  var schedulerName: String?
  /// Whether the scheduler itself gave that number for a task of this name: no other may be cancelled.
  var isNamed = false
  /// When it was ended for the study, while the scheduler may still have it.
  var dismissedAt = 0.0
  /// The node that the scheduler names.
  var node = ""
  /// Whether the study cancels it unless it has begun.
  var isWithdrawn = false

  /// What the study wants of a task.
  enum Role {
    /// Its result.
    case wanted
    /// Its result, if the study asks for the same training again: an earlier process handed it out.
    case found
    /// Nothing but that its energy be booked: another task has its place.
    case abandoned
  }

  /// How a task stands.
  enum Standing: Equatable {
    /// The scheduler was not asked yet.
    case unseen
    /// As the scheduler says.
    case known(SchedulerState)
    /// The scheduler has nothing of this name.
    case unknown
  }

  init(_ place: SlurmScheduler.Place, batchNumber: Int, work: ClusterWork, role: Role) {
    self.place = place
    self.batchNumber = batchNumber
    self.work = work
    self.role = role
  }

  /// How it ended, for the scheduler; nil while it has not.
  var ending: SchedulerEnding? {
    switch standing {
    case .known(.over(let ending)): ending
    case .unknown: .vanished
    case .unseen, .known: nil
    }
  }

  /// Takes in what the scheduler says.
  ///
  /// - Parameter status: nil if it says nothing of this task.
  func take(_ status: SlurmScheduler.Status?, at time: Double) {
    if let status {
      standing = .known(status.state)
      schedulerName = "\(status.jobID)_\(place.task)"
      isNamed = true
      if !status.node.isEmpty { node = status.node }
    } else {
      standing = .unknown
    }
    if ending == nil { overSince = nil } else if overSince == nil { overSince = time }
  }

  /// The node for messages.
  var nodeWords: String { node.isEmpty ? "" : " on \(node)" }
}

/// A job array on its way.
final class BatchInFlight {
  let name: String
  let number: Int
  let size: Int
  /// Whether an earlier process of the study, or a stranger, wrote it.
  let isFound: Bool
  /// Its tasks that are not over, by number.
  var handOuts: [Int: HandOut] = [:]
  /// The tasks of which nothing is wanted any more, and which the scheduler may still have.
  var dismissed: [Int: HandOut] = [:]
  /// The scheduler's number; nil while it is not known whether the scheduler has it.
  var jobID: String?
  /// When it was submitted last, by the clock that never jumps.
  var submittedAt: Double
  /// The tasks that the study took back.
  var withdrawn: Set<Int>
  /// Whether a task of it failed, so that what it printed is worth keeping.
  var hasFailed = false

  init(
    name: String, number: Int, size: Int, isFound: Bool = false, jobID: String? = nil, submittedAt: Double,
    withdrawn: Set<Int> = []
  ) {
    self.name = name
    self.number = number
    self.size = size
    self.isFound = isFound
    self.jobID = jobID
    self.submittedAt = submittedAt
    self.withdrawn = withdrawn
  }
}
