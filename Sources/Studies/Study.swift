import EnergyMetering
import Foundation
import Logging
import ParetoAnalysis
import SearchSpaces
import SearchStrategies
import Training

/// One search: it asks a strategy for candidates, has an executor train them, and keeps the journal.
///
/// The study knows nothing of processes and little of meters. What it takes care of is order: trials are numbered as
/// they are proposed, the strategy hears of them in that order and no further than its own horizon, and whatever is
/// the same candidate is trained once. So the sequence of candidates depends on the seed alone, not on how many workers
/// there are or which was faster, and a resumed study equals one that was never stopped.
public final class Study {
  /// What a study is made of.
  public struct Plan: Sendable {
    /// The space that candidates come from.
    public var space: SearchSpace
    /// What is optimised, in order.
    public var objectives: [Objective]
    /// e of the life-cycle energy; nil where that is no objective.
    public var inferences: Double?
    /// The study's seed.
    public var seed: UInt64
    /// End after so many trials, all states counted; nil for no limit.
    public var trialLimit: Int?
    /// Start no trial that is expected to take the run beyond so much; nil for no limit.
    public var budget: Energy?
    /// End when the hypervolume gained by kWh falls below this; nil for no such end.
    public var leastGain: Double?
    /// Training near-ties again after the search; nil for not.
    public var repeats: StudyConfiguration.RepeatsSection?
    /// The samples that trials are trained and evaluated on.
    public var parts: PartSizes
    /// Whose inferences are measured.
    public var inferenceMeasure: StudyConfiguration.InferenceMeasure
    /// How children inherit weights that the strategy proposes to; nil if none does.
    public var inheritance: StudyConfiguration.InheritanceSection?
    /// What a trial may take, and how often it is started again.
    public var limits: TrialLimits

    /// A plan; where an objective needs what inferences take, it is measured for all trials.
    public init(
      space: SearchSpace, objectives: [Objective], inferences: Double? = nil, seed: UInt64, parts: PartSizes,
      trialLimit: Int?, budget: Energy?, leastGain: Double? = nil,
      repeats: StudyConfiguration.RepeatsSection? = nil,
      inferenceMeasure: StudyConfiguration.InferenceMeasure = .none,
      inheritance: StudyConfiguration.InheritanceSection? = nil, limits: TrialLimits = TrialLimits()
    ) {
      self.limits = limits
      self.inheritance = inheritance
      self.space = space
      self.objectives = objectives
      self.inferences = inferences
      self.seed = seed
      self.trialLimit = trialLimit
      self.budget = budget
      self.leastGain = leastGain
      self.repeats = repeats
      self.parts = parts
      self.inferenceMeasure = objectives.contains(where: \.needsInference) ? .all : inferenceMeasure
    }
  }

  /// Why a study ended.
  public enum Ending: String, Codable, Sendable {
    /// The wanted number of trials is reached.
    case trials
    /// The energy budget is used up, or the next trial does not fit into it.
    case budget
    /// The search gains less for its energy than it is to.
    case gain
    /// The space has no further point.
    case exhausted
    /// Someone asked it to stop.
    case interrupted
  }

  /// What happens in a study, for those who watch.
  public enum Event: Sendable {
    /// A training began.
    case started(trial: Trial)
    /// The training that has just begun goes on from its checkpoint after so many epochs.
    case goingOn(trial: Int, epochs: Int)
    /// A trial ended, in whatever state.
    case ended(trial: Trial)
    /// Trials of earlier sessions lack what inferences of their networks take: it is measured in this one.
    case measuringEarlier(trials: Int)
    /// The search is over, and what inferences of the front's members take is measured now.
    case measuringFront(members: Int)
    /// The inferences of a trial's network were measured, or it was tried.
    case measured(trial: Trial)
    /// Someone asked it to stop: nothing further begins, and so many trainings and measurings are still under way.
    case stopping(running: Int)
    /// About once a second.
    case tick
  }

  /// All trials so far, by number.
  public internal(set) var trials: [Trial]

  let plan: Plan
  let journal: Journal
  let executor: any TrialExecutor
  let session: Int64
  let log: Logger
  private var strategy: any SearchStrategy
  /// The numbers of the trials that the strategy proposed, in order: all but repeats. It knows them by their place here.
  private(set) var proposals: [Int]
  /// How many proposals, from the first, the strategy has been told about.
  private var observed = 0
  /// Whose inferences are still to be measured in this session.
  var measurings: InferenceAgenda
  /// How many proposals, from the first, the strategy may be told about: they have ended, and all objectives are known.
  private var endedPrefix = 0
  /// The trial that is or may be trained for each hash.
  private var representatives: [String: Int] = [:]
  /// Trials that wait for the end of the trial whose duplicate they may be.
  private var waiting: [Int: [Int]] = [:]
  /// Trials to be trained as soon as a worker is free, in order.
  private var ready: [Int] = []
  /// Why the search proper is over; nil while it goes on.
  private var searchEnding: Ending?
  /// Repeats that an earlier session began and did not end.
  var waitingRepeats: [Int] = []
  /// Whether no further repeat will be started.
  var repeatsAreOver = false
  /// The near-ties as they were last found, and after how many trials and known repeats.
  var rankedTies: (count: Int, known: Int, ties: [NearTies.Candidate])?
  private let earlierEnergy: Double
  /// Predicts what trainings take, and learns from those that end.
  var costModel: CostModel
  /// What the trials that are being trained are expected to take.
  var quotes: [Int: Quote] = [:]
  /// What the trainings that ended took.
  private(set) var trainedJoules = 0.0
  /// What those of them took that were repeats.
  private(set) var repeatedJoules = 0.0
  /// What earlier sessions took of the budget.
  let earlierBudgetedJoules: Double
  private var gain: HypervolumeGain
  /// Where trainings that may go on or be inherited from keep their weights.
  let checkpoints: CheckpointFolder?
  /// The trials whose weights later ones may inherit, as far as they were trained.
  var keptWeights: Set<Int> = []
  /// What trainings that have not ended took before their present attempts.
  var attempts: [Int: EarlierAttempts] = [:]
  /// What is to be written down of attempts, with the next books.
  var attemptNotes = Journal.AttemptNotes()
  /// Checkpoints and weights that are of no more use once the journal says so.
  var obsoleteCheckpoints: [String] = []

  /// A study on a journal, new or to be continued.
  ///
  /// - Parameters:
  ///   - costModel: what trainings are quoted by; it learns from all that the journal has.
  ///   - checkpointFolder: where paused trainings and parents keep their weights; without one trainings begin anew.
  /// - Precondition: there is a folder for checkpoints where children inherit weights.
  /// - Throws: ``StudyError/journalDiffers(trial:)`` if the strategy does not propose what the journal says, or
  ///   ``JournalError`` if the journal's own figures cannot be true.
  public init(
    plan: Plan, strategy: any SearchStrategy, journal: Journal, executor: any TrialExecutor, session: Int64,
    costModel: CostModel = CostModel(watts: CostModel.usualWatts), checkpointFolder: String? = nil,
    log: Logger
  ) throws {
    precondition(
      plan.inheritance == nil || checkpointFolder != nil, "weights are inherited from files in a folder")
    self.plan = plan
    self.strategy = strategy
    self.journal = journal
    self.executor = executor
    self.session = session
    self.log = log
    let earlier: [EnergyBooks]
    (trials, earlier) = try journal.trialsAndBooks(of: plan.space)
    proposals = trials.filter(\.isProposal).map(\.number)
    measurings = InferenceAgenda(plan)
    checkpoints = checkpointFolder.map(CheckpointFolder.init)
    self.costModel = costModel
    gain = HypervolumeGain(objectives: plan.objectives)
    earlierEnergy = earlier.reduce(0) { $0 + $1.metered.energy.joules }
    let measuring =
      plan.inferenceMeasure == .front ? earlier.reduce(0) { $0 + $1.measuring.energy.joules } : 0
    earlierBudgetedJoules = earlierEnergy - measuring
    for trial in trials {
      learn(from: trial)
      trainedJoules += trial.energy?.energy.joules ?? 0
      if !trial.isProposal { repeatedJoules += trial.energy?.energy.joules ?? 0 }
    }
    try replay()
    try readCheckpoints(earlier)
    checkpoints?.keep(
      only: trials, weightsOf: keptWeights, interim: Set(attempts.values.compactMap(\.checkpoint)),
      tasksRunOn: executor.tasksOutliveStudy)
  }

  /// Works until the plan is fulfilled or `shouldStop` says so; running trainings are then finished first.
  ///
  /// - Parameters:
  ///   - shouldStop: asked at least once a second; when true, no further training is started.
  ///   - shouldAbandon: asked at least once a second; when true, running trainings are cut off.
  ///   - watch: told of everything that happens.
  public func run(
    shouldStop: () -> Bool = { false }, shouldAbandon: () -> Bool = { false },
    watch: (Event) -> Void = { _ in }
  ) throws -> Ending {
    var interrupted = false
    var lastNote = monotonicSeconds()
    var lastSynchronization = lastNote
    if measurings.waitingCount > 0 { watch(.measuringEarlier(trials: measurings.waitingCount)) }
    while true {
      if !interrupted, shouldStop() {
        interrupted = true
        try executor.pause()
        if executor.runningCount > 0 { watch(.stopping(running: executor.runningCount)) }
      }
      let ending = interrupted ? .interrupted : try startWork(watch: watch)
      if let ending, executor.runningCount == 0 {
        let members = ending == .interrupted ? 0 : measurings.add(membersOfFrontIn: trials)
        if members > 0 {
          watch(.measuringFront(members: members))
          continue
        }
        try close()
        removeObsoleteCheckpoints()
        // A search that is given more trials later has further children, and one that is given more energy goes on with what
        // has not ended.
        if ending != .interrupted, plan.inheritance == nil, !trials.contains(where: { $0.state == .running })
        {
          checkpoints?.remove()
        }
        checkpoints?.removeIfEmpty()
        return ending
      }
      let completions = try executor.waitForCompletions(timeoutSeconds: 1)
      takeCheckpoints()
      if !completions.isEmpty { try end(completions, watch: watch) }
      if !attemptNotes.isEmpty { try recordBooks() }
      try noteMeasurements(watch: watch)
      // What was used up to now is booked even if the process dies in the middle of long trainings.
      if monotonicSeconds() - lastNote >= 1 {
        try journal.checkPlace()
        try recordBooks()
        executor.booksWereRecorded()
        lastNote = monotonicSeconds()
      }
      // A checkpoint may go once the journal's word for the next one is on the disk.
      if monotonicSeconds() - lastSynchronization > (obsoleteCheckpoints.isEmpty ? 5 : 1) {
        try journal.synchronize()
        removeObsoleteCheckpoints()
        lastSynchronization = monotonicSeconds()
      }
      if shouldAbandon() {
        try close()
        return .interrupted
      }
      watch(.tick)
    }
  }

  /// Energy of the whole run so far: this session's and those before it.
  public func meteredJoules() throws -> Double {
    try earlierEnergy + executor.books().metered.energy.joules
  }

  // MARK: Starting

  /// Starts what there is to do: measurings, trials of the search, and behind its end repeats.
  ///
  /// - Returns: why nothing further will be started, or nil while something may.
  private func startWork(watch: (Event) -> Void) throws -> Ending? {
    if searchEnding == nil {
      let ending = try startTrials(watch: watch)
      // What still runs may fail and set free its duplicates, or take less than is kept for it.
      guard ending != nil, executor.runningCount == 0 else { return ending }
      searchEnding = ending
    }
    try startMeasurings()
    return try startRepeats(watch: watch) ? searchEnding : nil
  }

  private func startMeasurings() throws {
    while executor.freeSlots > 0, let number = measurings.next() {
      try executor.start(InferenceJob(trial: number, candidate: trials[number].candidate))
    }
  }

  /// Starts as many trainings as there are free workers and the strategy allows.
  ///
  /// - Returns: why no further trial will be started, or nil while some may.
  private func startTrials(watch: (Event) -> Void) throws -> Ending? {
    while executor.freeSlots > 0 {
      try startMeasurings()
      guard executor.freeSlots > 0 else { break }
      let budget = searchBudget
      if ready.isEmpty, let limit = plan.trialLimit, proposals.count >= limit { return .trials }
      if let budget, try budgetedJoules() >= budget.joules { return .budget }
      if let least = plan.leastGain, let rate = gain.perKilowattHour, rate < least { return .gain }
      if let number = ready.first {
        let quote = quote(number)
        // A trial that does not fit stays in the journal as running: with a larger budget the study goes on with it.
        if let budget, let quote, try !fits(quote * shareLeft(of: number), in: budget) { return .budget }
        ready.removeFirst()
        quotes[number] = quote
        try startTraining(number, watch: watch)
        continue
      }
      let needed = strategy.observationsNeeded(before: proposals.count)
      if endedPrefix < needed { return nil }
      observe(upTo: needed)
      guard let proposal = propose(proposals.count) else { return .exhausted }
      let trial = try makeTrial(proposal)
      trials.append(trial)
      proposals.append(trial.number)
      try journal.begin(trial)
      if let reason = refusal(of: trial) {
        try refuse(trial.number, reason, watch: watch)
      } else {
        try admit(trial.number, watch: watch)
      }
    }
    return nil
  }

  /// What the strategy wants trained as its next trial, or nil when the space is exhausted.
  ///
  /// - Parameter place: how many trials it has proposed.
  /// - Returns: the proposal, naming trials by the numbers that they have in the study.
  private func propose(_ place: Int) -> ProposedTraining? {
    if plan.inheritance != nil {
      keepWeights(
        of: Set(strategy.heritableTrials.map { proposals[$0] }), unobserved: proposals[observed..<place])
    }
    var proposal = think { $0.proposeTraining(trial: place) }
    // There is no new candidate. What was under way may have led to one that can be trained further.
    if proposal == nil, observed < place, endedPrefix >= place {
      observe(upTo: place)
      proposal = think { $0.proposeTraining(trial: place) }
    }
    if let former = proposal?.continues { proposal?.continues = proposals[former] }
    if let parent = proposal?.inherits { proposal?.inherits = proposals[parent] }
    return proposal
  }

  /// Lets the strategy work, and charges what it takes.
  private func think<Result>(_ work: (inout any SearchStrategy) -> Result) -> Result {
    let clock = ProcessClock()
    let begin = try? clock.cpuSeconds()
    defer {
      if let begin, let end = try? clock.cpuSeconds() { executor.charge(strategySeconds: end - begin) }
    }
    return work(&strategy)
  }

  private func makeTrial(_ proposal: ProposedTraining) throws -> Trial {
    let inheritance = try inheritance(of: proposal)
    if plan.inheritance != nil { keptWeights.insert(trials.count) }
    let candidate = try plan.space.candidate(for: proposal.assignment)
    return Trial(
      number: trials.count, strategy: strategy.name, state: .running, seed: plan.seed,
      hash: candidate.canonicalHash, assignment: proposal.assignment, candidate: candidate,
      costs: try? candidate.architecture.costs(), continues: proposal.continues,
      epochLimit: proposal.epochLimit, inheritance: inheritance)
  }

  /// Ends a trial whose layers do not fit together or have no room: it failed before anything was spent on it.
  private func refuse(_ number: Int, _ reason: String, watch: (Event) -> Void) throws {
    let books = try books()
    trials[number].state = .failed
    trials[number].energy = EnergyReading.zero(books.metered.provenance)
    trials[number].wallSeconds = 0
    trials[number].cpuSeconds = 0
    trials[number].failure = reason
    try journal.end([trials[number]], notes: takeAttemptNotes(), session: session, books: books)
    advanceEndedPrefix()
    watch(.ended(trial: trials[number]))
  }

  /// Decides whether a trial is trained, waits for its like, or is a duplicate.
  private func admit(_ number: Int, watch: (Event) -> Void) throws {
    let hash = trials[number].hash
    // A training that goes on is none that was done before.
    guard trials[number].continues == nil else {
      ready.append(number)
      return
    }
    guard let representative = representatives[hash] else {
      representatives[hash] = number
      ready.append(number)
      return
    }
    switch trials[representative].state {
    case .completed, .pruned:
      markDuplicate(number, of: representative)
      try journal.end([trials[number]], notes: takeAttemptNotes(), session: session, books: books())
      advanceEndedPrefix()
      watch(.ended(trial: trials[number]))
    case .failed:
      representatives[hash] = number
      ready.append(number)
    case .running, .duplicate:
      waiting[representative, default: []].append(number)
    }
  }

  // MARK: Ending

  /// Puts a trial back among those to be trained.
  func putBack(_ number: Int) {
    if trials[number].isProposal {
      ready.append(number)
      ready.sort()
    } else {
      waitingRepeats.append(number)
      waitingRepeats.sort()
    }
  }

  private func end(_ endings: [TrialCompletion], watch: (Event) -> Void) throws {
    let completions = endings.compactMap(finishAttempt)
    guard !completions.isEmpty else { return }
    var ended: [Int] = []
    var released: [Int] = []
    for completion in completions {
      let number = completion.trial
      trainedJoules += completion.energy.energy.joules
      if !trials[number].isProposal { repeatedJoules += completion.energy.energy.joules }
      trials[number].energy = completion.energy
      trials[number].wallSeconds = completion.wallSeconds
      trials[number].cpuSeconds = completion.cpuSeconds
      trials[number].peakMemoryBytes = completion.peakMemoryBytes
      switch completion.result {
      case .trained(let outcome):
        trials[number].state = trials[number].isOver(with: outcome) ? .completed : .pruned
        trials[number].outcome = outcome
      case .failed(let reason), .faulted(let reason):
        trials[number].state = .failed
        trials[number].failure = reason
      case .paused: preconditionFailure("a paused training was taken for one that has ended")
      }
      if let reason = completion.restart, trials[number].inheritance != nil {
        noteLostInheritance(number, reason)
        learn(from: trials[number])
      } else if let reason = completion.restart {
        log.warning(
          "trial \(number) was trained from its first epoch on, since it could not go on: \(reason)")
      } else {
        learn(from: trials[number])
      }
      ended.append(number)
      for waiter in waiting.removeValue(forKey: number) ?? [] {
        if trials[number].state == .failed {
          released.append(waiter)
        } else {
          markDuplicate(waiter, of: number)
          ended.append(waiter)
        }
      }
    }
    try journal.end(
      ended.map { trials[$0] }, quotes: quotes, notes: takeAttemptNotes(), session: session, books: books())
    for completion in completions {
      quotes[completion.trial] = nil
      checkpoints?.removeUnneeded(after: trials[completion.trial])
    }
    advanceEndedPrefix()
    for number in ended { measurings.add(ended: trials[number]) }
    for number in ended { watch(.ended(trial: trials[number])) }
    for number in released { try admit(number, watch: watch) }
    ready.sort()
  }

  private func markDuplicate(_ number: Int, of original: Int) {
    trials[number].state = .duplicate
    trials[number].duplicateOf = original
    trials[number].outcome = trials[original].outcome
    trials[number].energy = trials[original].energy.map { EnergyReading.zero($0.provenance) }
    trials[number].wallSeconds = 0
    trials[number].cpuSeconds = 0
  }

  private func close() throws {
    let books = withKept(try executor.finish())
    try journal.note(takeAttemptNotes(), session: session, books: books)
    executor.booksWereRecorded()
    try journal.synchronize()
    if let ledger = EnergyLedger(trials: trials, sessions: try journal.sessionBooks()),
      ledger.imbalance > EnergyLedger.toleratedImbalance
    {
      throw StudyError.booksDoNotBalance(imbalance: ledger.imbalance)
    }
  }

  // MARK: Telling the strategy

  func advanceEndedPrefix() {
    while endedPrefix < proposals.count, isSettled(trials[proposals[endedPrefix]]) {
      let trial = trials[proposals[endedPrefix]]
      gain.add(losses: lossesToTell(trial), joules: trial.energy?.energy.joules ?? 0)
      endedPrefix += 1
    }
  }

  private func observe(upTo count: Int) {
    while observed < count {
      let trial = trials[proposals[observed]]
      let ending = ObservedTrial(
        number: observed, assignment: trial.assignment, losses: lossesToTell(trial),
        validationLoss: trial.outcome?.validationLoss, epochs: trial.outcome?.epochs,
        extent: trial.state == .completed ? .whole : trial.state == .pruned ? .paused : .untrained)
      think { $0.observe(ending) }
      observed += 1
    }
  }

  /// Leads the strategy through the journal as it was led through the study, and queues what had not ended.
  private func replay() throws {
    advanceEndedPrefix()
    waitingRepeats = trials.filter { !$0.isProposal && $0.state == .running }.map(\.number)
    for (place, number) in proposals.enumerated() {
      guard trials[number].number == number else { throw StudyError.journalDiffers(trial: number) }
      observe(upTo: min(strategy.observationsNeeded(before: place), endedPrefix))
      guard let proposal = propose(place), proposal.assignment == trials[number].assignment,
        proposal.continues == trials[number].continues, proposal.epochLimit == trials[number].epochLimit,
        try inheritance(of: proposal)?.parent == trials[number].inheritance?.parent
      else {
        throw StudyError.journalDiffers(trial: number)
      }
      if plan.inheritance != nil { keptWeights.insert(number) }
      if trials[number].state == .running, let reason = refusal(of: trials[number]) {
        try refuse(number, reason, watch: { _ in })
      } else if trials[number].state == .running {
        try admit(number, watch: { _ in })
      } else if trials[number].isTrained {
        if trials[number].continues == nil { representatives[trials[number].hash] = number }
        measurings.add(ended: trials[number])
      } else if trials[number].state == .failed, trials[number].continues == nil,
        representatives[trials[number].hash] == nil
      {
        representatives[trials[number].hash] = number
      }
    }
    ready.sort()
  }
}

/// Why a study cannot go on.
public enum StudyError: Error, Equatable, CustomStringConvertible {
  /// The strategy proposes another candidate than the journal has.
  case journalDiffers(trial: Int)
  /// The accounts do not add up to the meter.
  case booksDoNotBalance(imbalance: Double)

  /// One line.
  public var description: String {
    switch self {
    case .journalDiffers(let trial):
      "trial \(trial) of the journal is not what this configuration leads to; was the run made by another version?"
    case .booksDoNotBalance(let imbalance):
      "the energy accounts differ from the meter by \(imbalance) of it; this is an error of the program"
    }
  }
}
