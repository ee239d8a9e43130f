import EnergyMetering
import Foundation
import Logging
import SearchSpaces
import Studies

/// A run of four trials, the last a duplicate of the first, in a folder that goes with the value.
///
/// It is made by the study itself; the trainings run in the program that is built beside the tests.
final class SmallRun: Sendable {
  let folder: RunFolder
  let record: RunRecord

  /// The run that all tests share.
  static let shared = Result { try SmallRun() }

  private static let text = """
    name: tiny
    dataset: {name: digits}
    architecture:
      - choice: [none, {dropout: {rate: 0}}]
      - dense: {units: classes}
    training: {optimizer: {choice: [sgd, adam]}, learning-rate: 0.01, batch-size: 64, epochs: 1}
    search: {strategy: grid, order: lexicographic, seed: 3}
    energy: {source: power-model, region: FR}
    """

  private init() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
      .path
    folder = RunFolder(path: path)
    try folder.create()
    let configuration = try StudyConfiguration(yaml: Self.text, fileName: "tiny.yaml")
    let checked = try CheckedConfiguration(configuration)
    let log = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    let journal = try Journal.create(
      at: folder.path(of: .journal),
      header: Journal.Header(
        name: "tiny", configuration: configuration.resolvedYAML, programVersion: "1.2.3",
        data: DataOutline(checked)))
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("wattle").path
    let executor = try LocalExecutor(
      LocalExecutor.Configuration(
        workers: 1, processors: [], blasCore: nil,
        setup: WorkerSetup(
          dataset: configuration.dataset.reference, split: configuration.dataset.split, seed: 3),
        executable: program),
      meter: EnergyMeter.choose(source: .powerModel).meter, log: log)
    let study = try Study(
      plan: checked.plan, strategy: checked.strategy, journal: journal, executor: executor,
      session: journal.beginSession(host: "{}"), log: log)
    _ = try study.run()
    record = try RunRecord(reading: folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder.path) }
}
