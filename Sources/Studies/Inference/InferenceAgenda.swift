import SearchSpaces

/// Whose inferences are still to be measured.
struct InferenceAgenda {
  private let measure: StudyConfiguration.InferenceMeasure
  private let objectives: [Objective]
  private var waiting: [Int] = []
  /// The trials that were handed out or wait: each is measured at most once a session.
  private var known: Set<Int> = []
  /// The trials that wait for their second try, or had it.
  private var repeated: Set<Int> = []

  /// An empty agenda.
  init(_ plan: Study.Plan) {
    measure = plan.inferenceMeasure
    objectives = plan.objectives
  }

  /// Whether trials are ranked by what is measured.
  var isObjective: Bool { objectives.contains(where: \.needsInference) }

  /// Whether only the front's members are measured, after the search.
  var isOfFront: Bool { measure == .front }

  /// How many trials wait to be measured.
  var waitingCount: Int { waiting.count }

  /// Takes in a trial that ended, if all trials are measured.
  mutating func add(ended trial: Trial) {
    guard measure == .all else { return }
    add(trial)
  }

  /// Takes in the members of the front that lack a measurement, if they are what is measured.
  ///
  /// - Returns: how many there are.
  mutating func add(membersOfFrontIn trials: [Trial]) -> Int {
    guard measure == .front else { return 0 }
    for number in TrialFront.memberNumbers(of: trials, objectives: objectives) {
      add(trials[number].origin(among: trials))
    }
    return waiting.count
  }

  /// Takes in a trial whose measuring was cut off, for a second try.
  ///
  /// - Returns: whether there is one: the worker of the second may end too, and then it is at fault itself.
  mutating func addAgain(_ number: Int) -> Bool {
    guard repeated.insert(number).inserted else { return false }
    waiting.append(number)
    return true
  }

  /// The next trial to be measured.
  mutating func next() -> Int? { waiting.isEmpty ? nil : waiting.removeFirst() }

  private mutating func add(_ trial: Trial) {
    // What continues or repeats another trial is the same network.
    guard trial.isTrained, trial.continues == nil, trial.isProposal, trial.inference == nil,
      known.insert(trial.number).inserted
    else { return }
    waiting.append(trial.number)
  }
}
