import EnergyMetering
import Foundation
import GRDB
import Logging
import SearchSpaces
import SearchStrategies
import Studies

let quietLog = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A folder that is removed with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "studies-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var journalPath: String { path + "/study.sqlite" }

  func createJournal(configuration: String = "name: test\n") throws -> Journal {
    try Journal.create(
      at: journalPath,
      header: Journal.Header(name: "test", configuration: configuration, programVersion: "0.1.0"))
  }

  /// Changes the journal behind the program's back.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: journalPath).write { try $0.execute(sql: sql) }
  }

  func openJournal() throws -> Journal { try Journal.open(at: journalPath, readOnly: false) }
}

/// A space for samples of four values and three classes.
func makeSpace(_ architecture: String, training: [String: String] = [:]) throws -> SearchSpace {
  var values = ["optimizer": "adam", "learning-rate": "0.01", "batch-size": "32", "epochs": "5"]
  values.merge(training) { $1 }
  let lines = values.keys.sorted().map { "  \($0): \(values[$0] ?? "")" }.joined(separator: "\n")
  let yaml =
    "name: test\ndataset: {name: digits}\narchitecture:\n\(architecture)\ntraining:\n\(lines)\n"
  return try StudyConfiguration(yaml: yaml, fileName: "test.yaml").searchSpace(
    sampleShape: [4], classCount: 3)
}

/// 72 cells and 48 networks: no dropout and dropout of rate 0 are the same.
func repetitiveSpace() throws -> SearchSpace {
  try makeSpace(
    """
      - dense: {units: {choice: [4, 8, 16]}}
      - activation: {choice: [relu, tanh]}
      - choice:
          - none
          - dropout: {rate: {choice: [0, 0.2]}}
      - dense: {units: classes}
    """, training: ["optimizer": "{choice: [sgd, adam]}", "learning-rate": "{choice: [0.01, 0.1]}"])
}

/// Six cells; 0, 1, 2 are one network and 3, 4, 5 are another.
func threefoldSpace() throws -> SearchSpace {
  try makeSpace(
    """
      - dense: {units: {choice: [4, 8]}}
      - activation: relu
      - choice:
          - none
          - activation: relu
          - dropout: {rate: 0}
      - dense: {units: classes}
    """)
}

enum StrategyKind: String, CaseIterable {
  case random, shuffledGrid, lexicographicGrid, evolution
}

/// What a test's study is made of.
struct Bench {
  var kind: StrategyKind
  var space: SearchSpace
  var seed: UInt64 = 5
  var trialLimit: Int?
  var budget: Energy?
  var leastGain: Double?
  var objectives: [Objective] = [.accuracy, .trainingEnergy]
  var inferences: Double?
  var inferenceMeasure = StudyConfiguration.InferenceMeasure.none
  /// Trainings of 1, 3 and all 5 epochs, of which the best go on; nil for whole ones.
  var scheme: StudyConfiguration.FidelityScheme?
  /// Children of an evolution begin with their parents' weights.
  var inheritance: StudyConfiguration.InheritanceSection?
  var repeats: StudyConfiguration.RepeatsSection?
  var limits = TrialLimits(retries: 0)

  init(
    _ kind: StrategyKind, _ space: SearchSpace, seed: UInt64 = 5, trialLimit: Int? = nil,
    budget: Energy? = nil
  ) {
    self.kind = kind
    self.space = space
    self.seed = seed
    self.trialLimit = trialLimit
    self.budget = budget
  }

  func strategy() throws -> any SearchStrategy {
    guard let scheme else { return try candidates() }
    let ladder = EnergyLadder(reduction: 3, rungs: 3, firstJoules: 1, estimates: FiveEpochs())
    return switch scheme {
    case .asha: ASHA(over: try candidates(), ladder: ladder, lookahead: 4)
    case .halving:
      Hyperband(over: try candidates(), ladder: ladder, startsOnEveryRung: false, lookahead: 4)
    case .hyperband:
      Hyperband(over: try candidates(), ladder: ladder, startsOnEveryRung: true, lookahead: 4)
    }
  }

  /// A joule an epoch; what is compared is the accuracy and the epochs.
  private struct FiveEpochs: TrainingEstimates {
    func estimate(of assignment: Assignment) -> TrainingEstimate? {
      TrainingEstimate(epochs: 5, fixedJoules: 0, joulesPerEpoch: 1)
    }

    func comparableLosses(_ losses: [Double], of assignment: Assignment, epochs: Int) -> [Double] {
      [losses[0], Double(epochs)]
    }
  }

  private func candidates() throws -> any SearchStrategy {
    switch kind {
    case .random: return RandomSearch(space: space.choices, seed: seed)
    case .shuffledGrid, .lexicographicGrid:
      return GridSearch(
        space: space.choices, gridSize: try space.choices.requiredGridSize(),
        order: kind == .shuffledGrid ? .shuffled : .lexicographic, seed: seed)
    case .evolution:
      return RegularizedEvolution(
        space: space.choices, seed: seed,
        options: RegularizedEvolution.Options(
          population: 8, sample: 3, lookahead: 4, inheritsWeights: inheritance != nil))
    }
  }

  /// A study in a new session on a journal.
  func study(
    on journal: Journal, _ executor: any TrialExecutor, strategy: (any SearchStrategy)? = nil,
    checkpointFolder: String? = nil
  ) throws -> Study {
    try Study(
      plan: Study.Plan(
        space: space, objectives: objectives, inferences: inferences, seed: seed,
        parts: PartSizes(training: 1078, validation: 360, test: 359),
        trialLimit: trialLimit, budget: budget, leastGain: leastGain, repeats: repeats,
        inferenceMeasure: inferenceMeasure, inheritance: inheritance, limits: limits),
      strategy: try strategy ?? self.strategy(), journal: journal, executor: executor,
      session: journal.beginSession(host: "{}"), checkpointFolder: checkpointFolder, log: quietLog)
  }

  /// Runs to the end on a new journal.
  func run(_ executor: ScriptedExecutor) throws -> (trials: [Trial], ending: Study.Ending) {
    let folder = try TemporaryFolder()
    let study = try study(
      on: folder.createJournal(), executor, checkpointFolder: folder.path + "/checkpoints")
    let ending = try study.run()
    return (study.trials, ending)
  }

  /// Runs to the end on a new journal.
  func run(_ script: ScriptedExecutor.Script = .init()) throws -> (trials: [Trial], ending: Study.Ending) {
    try run(ScriptedExecutor(script))
  }
}
