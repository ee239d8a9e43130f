import Datasets
import EnergyMetering
import Foundation
import SearchSpaces

/// A run as its journal has it: what reports are made of.
public struct RunRecord: Sendable {
  /// The run's folder.
  public let folder: RunFolder
  /// The configuration that it was made from.
  public let configuration: StudyConfiguration
  /// The space that candidates came from.
  public let space: SearchSpace
  /// The version of the program that began it.
  public let programVersion: String
  /// All trials by number.
  public let trials: [Trial]
  /// The same with what repeats say of their candidates.
  public let repeats: RepeatedTrainings
  /// When trials ended, by number, as far as the journal knows.
  public let trialEnds: [Int: Date]
  /// The accounts; nil when nothing was metered yet.
  public let ledger: EnergyLedger?
  /// What trainings were expected to take just before they began, by the numbers of their trials.
  public let quotes: [Int: Quote]
  /// What CT was expected to be before the search began or was given more; nil where nothing was noted.
  public let searchQuote: Quote?
  /// How many times as much as the model says an inference at batch 1 takes; nil where none was measured.
  let inferenceCorrection: UncertainValue?
  /// The machine of the last session, as JSON.
  public let host: String?
  /// The carbon intensity of the configured region.
  public let carbonIntensity: CarbonIntensity
  /// What is learnt.
  public let task: LearningTask
  /// What the data that the trials were trained on are known by; nil where that was not kept.
  private let dataFingerprint: String?
  /// The sizes of the parts of the data.
  public let parts: PartSizes
  /// The size of the training part.
  public var trainingCount: Int { parts.training }
  /// The size of the validation part, which accuracy was measured on.
  public var validationCount: Int { parts.validation }

  /// A run of the given parts, for one that is not in a folder's journal.
  public init(
    folder: RunFolder, configuration: StudyConfiguration, space: SearchSpace, programVersion: String,
    trials: [Trial], trialEnds: [Int: Date] = [:], ledger: EnergyLedger? = nil,
    quotes: [Int: Quote] = [:], searchQuote: Quote? = nil, host: String? = nil,
    carbonIntensity: CarbonIntensity,
    trainingCount: Int, validationCount: Int, testCount: Int = 0
  ) {
    self.folder = folder
    self.configuration = configuration
    self.space = space
    task = space.task
    self.programVersion = programVersion
    self.trials = trials
    repeats = RepeatedTrainings(trials)
    self.trialEnds = trialEnds
    self.ledger = ledger
    self.quotes = quotes
    self.searchQuote = searchQuote
    self.host = host
    self.carbonIntensity = carbonIntensity
    dataFingerprint = nil
    inferenceCorrection = InferenceModel.correction(by: trials, trainingCount: trainingCount)
    parts = PartSizes(training: trainingCount, validation: validationCount, test: testCount)
  }

  /// Reads a run.
  ///
  /// - Throws: ``JournalError`` and what the configuration's reader throws.
  public init(reading folder: RunFolder) throws {
    let journal = try Journal.open(at: folder.path(of: .journal), readOnly: true)
    let header = try journal.header()
    // Not shown, and a run that cannot be gone on with is not in order.
    _ = try (journal.checkpoints(), journal.taskRuns())
    self.folder = folder
    configuration = try StudyConfiguration(recordedIn: header, of: folder)
    dataFingerprint = header.dataFingerprint
    let data: DataOutline
    var isOfTheseData = true
    if let outline = header.data {
      data = outline
    } else {
      let checked = try CheckedConfiguration(configuration, isRecorded: true)
      data = DataOutline(checked)
      isOfTheseData = dataFingerprint == nil || dataFingerprint == checked.dataFingerprint
    }
    (task, parts) = (data.task, data.parts)
    space = try configuration.withObjectives(for: task).searchSpace(
      sampleShape: data.sampleShape, task: task, estimates: ReferenceEstimates(parts: parts))
    programVersion = header.programVersion
    let sessions: [EnergyBooks]
    (trials, sessions) = try journal.trialsAndBooks(of: isOfTheseData ? space : nil, isItsOwn: true)
    repeats = RepeatedTrainings(trials, inferences: configuration.energy.inferences)
    trialEnds = try journal.trialEnds()
    inferenceCorrection = InferenceModel.correction(by: trials, trainingCount: parts.training)
    ledger = EnergyLedger(trials: trials, sessions: sessions)
    quotes = try journal.quotes()
    searchQuote = try journal.searchQuote()
    host = try journal.lastHost()
    carbonIntensity = try CarbonIntensity(region: configuration.energy.region)
  }

  /// Makes sure that the data are there, and those that the trials were trained on.
  ///
  /// - Throws: ``UnusableDataset`` or ``RunFolderError/otherData(path:dataset:)``.
  func checkData() throws {
    guard let dataFingerprint else { return }
    guard try configuration.loadDataset().fingerprint == dataFingerprint else {
      throw RunFolderError.otherData(path: folder.path, dataset: configuration.dataset.name)
    }
  }

  /// The trials that led to a network, trained in full or in part.
  public var trained: [Trial] { trials.filter(\.isTrained) }

  /// The trials of a state.
  public func trials(in state: TrialState) -> [Trial] { trials.filter { $0.state == state } }

  /// CT = Σ T_h over all trials, every state included, in kWh.
  ///
  /// It is added up in kilowatt-hours and in the order of `trials.csv`, so that the column adds up to it exactly.
  public var searchCost: KilowattHours { cumulativeSearchCosts.last ?? .zero }

  /// CT after each trial; it never falls.
  public var cumulativeSearchCosts: [KilowattHours] { KilowattHours.cumulative(trials.map(\.spentEnergy)) }

  /// What the duplicates would have cost: their originals' energy, once a duplicate.
  public var avoidedByDuplicates: KilowattHours {
    trials.reduce(.zero) { $0 + KilowattHours($1.duplicateOf.flatMap { trials[$0].energy }) }
  }

  /// The best trial in the first objective of the configuration, by the mean over seeds where it was repeated; of equals the
  /// one that took less energy.
  public var best: Trial? {
    guard let objective = configuration.objectives.first else { return nil }
    return best { repeats.losses([objective], of: $0)?.first }
  }

  /// A trial's objectives so that less is better, in order; nil where one is missing.
  ///
  /// - Parameter objectives: nil for those of the configuration.
  public func losses(of trial: Trial, _ objectives: [Objective]? = nil) -> [Double]? {
    trial.losses(
      objectives ?? configuration.objectives, among: trials, inferences: configuration.energy.inferences)
  }

  /// What searches for the same task are compared at.
  public var quality: QualityMeasure { QualityMeasure(for: task) }

  /// What a trial's candidate reaches on the validation part, by the mean over seeds where it was repeated.
  public func validationQuality(of trial: Trial) -> Double? {
    repeats.mean(of: quality == .r2 ? .r2 : .accuracy, of: trial)
  }

  /// The trial that does best on the validation part, by the mean over seeds where it was repeated; of equals the one that took
  /// less energy.
  public var mostAccurate: Trial? {
    best { repeats.mean(of: quality == .accuracy ? .accuracy : .r2, of: $0).map { -$0 } }
  }

  /// How far the accuracy of a trial's candidate is known, by samples and seeds; of a repeat, that of its own training. Nil
  /// without an accuracy. A duplicate has its original's.
  public func accuracyInterval(of trial: Trial) -> AccuracyInterval? {
    let trained = trial.duplicateOf.map { trials[$0] } ?? trial
    return AccuracyInterval(
      accuracies: repeats.trainings(of: trained).compactMap { $0.outcome?.validationAccuracy },
      sampleCount: validationCount)
  }

  private func best(by loss: (Trial) -> Double?) -> Trial? {
    repeats.candidates.compactMap { trial in loss(trial).map { (trial: trial, loss: $0) } }
      .min { left, right in
        func joules(_ trial: Trial) -> Double { repeats.trainingEnergy(of: trial)?.energy.joules ?? 0 }
        let (cheap, dear) = (joules(left.trial), joules(right.trial))
        return left.loss != right.loss ? left.loss < right.loss : cheap < dear
      }?.trial
  }

  /// The front for the given objectives, or for those of the configuration.
  ///
  /// - Parameter inferences: e of the life-cycle energy; nil for that of the configuration.
  public func front(
    objectives: [Objective]? = nil, inferences: Double? = nil, reference: [Double]? = nil
  ) -> TrialFront {
    let objectives = objectives ?? configuration.objectives
    return TrialFront(
      of: trials, objectives: objectives,
      inferences: objectives.contains(.lifeCycleEnergy) ? inferences ?? configuration.energy.inferences : nil,
      validationCount: validationCount, seed: configuration.search.seed, reference: reference)
  }

  /// The emissions of an energy, the data centre's overhead (PUE) included.
  public func emissions(of energy: EnergyReading) -> Emissions {
    Emissions(
      grams: grams(ofKilowattHours: energy.energy.kilowattHours),
      lowGrams: grams(ofKilowattHours: energy.low.kilowattHours),
      highGrams: grams(ofKilowattHours: energy.high.kilowattHours))
  }

  /// Grams CO2eq of an amount of energy, the data centre's overhead (PUE) included.
  public func grams(ofKilowattHours amount: Double) -> Double {
    amount * configuration.energy.pue * carbonIntensity.gramsPerKilowattHour
  }
}
