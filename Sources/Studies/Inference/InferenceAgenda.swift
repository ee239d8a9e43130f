import SearchSpaces

/// Whose inferences are still to be measured.
struct InferenceAgenda {
  private let measure: StudyConfiguration.InferenceMeasure
  private let objectives: [Objective]
  private var waiting: [Int] = []
  /// The trials that were handed out or wait: each is measured at most once a session.
  private var known: Set<Int> = []

  /// An empty agenda.
  init(_ plan: Study.Plan) {
    measure = plan.inferenceMeasure
    objectives = plan.objectives
  }

  /// Whether trials are ranked by what is measured.
  var isObjective: Bool { objectives.contains(where: \.needsInference) }

  /// Whether only the front's members are measured, after the search.
  var isOfFront: Bool { measure == .front }

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

  /// The next trial to be measured.
  mutating func next() -> Int? { waiting.isEmpty ? nil : waiting.removeFirst() }

  private mutating func add(_ trial: Trial) {
    // What continues another trial is the same network.
    guard trial.isTrained, trial.continues == nil, trial.inference == nil, trial.inferenceFailure == nil,
      known.insert(trial.number).inserted
    else { return }
    waiting.append(trial.number)
  }
}
