import EnergyMetering
import Foundation
import SearchSpaces

/// What a search needs to know before its trials go out to a cluster.
struct ClusterPlan {
  /// How many tasks may be queued or running at once.
  let capacity: Int
  /// Where paused trainings keep their weights, by a path that the nodes know too.
  let checkpointsPath: String
  private let scheduler: SlurmScheduler
  private let runPath: String
  private let configuration: StudyConfiguration
  private let program: String

  /// More tasks at once than this a study does not have.
  private static let mostTasks = 10_000

  /// Asks the scheduler whether it is there, and makes sure that the tasks can be told where everything is.
  ///
  /// - Throws: ``SchedulerSilentError``, ``UnusableRunPathError``.
  init(
    _ section: StudyConfiguration.ClusterSection, _ configuration: StudyConfiguration, in folder: RunFolder
  ) throws {
    self.configuration = configuration
    scheduler = SlurmScheduler(
      section: section, isExclusive: configuration.execution.isExclusive,
      programs: ProcessInfo.processInfo.environment[SlurmScheduler.programsVariable])
    let available = try scheduler.capacity()
    switch configuration.execution.workers {
    case .auto: capacity = min(available, Self.mostTasks)
    case .count(let count): capacity = count
    }
    let here = FileManager.default.currentDirectoryPath
    runPath = Self.withoutLinks(folder.path.hasPrefix("/") ? folder.path : "\(here)/\(folder.path)")
    program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    // Slurm reads patterns in the names of files.
    let forbidden = runPath.unicodeScalars.first {
      "%\\".unicodeScalars.contains($0) || $0.properties.generalCategory == .control
    }
    if let forbidden { throw UnusableRunPathError(path: folder.path, character: forbidden) }
    checkpointsPath = RunFolder(path: runPath).checkpointsPath
  }

  /// What the executor needs to know.
  ///
  /// - Parameter journal: the study's journal, which says what the books have.
  func executor(
    _ setup: WorkerSetup, programVersion: String, _ journal: Journal
  ) throws -> SlurmExecutor.Configuration {
    var executor = SlurmExecutor.Configuration(
      cluster: scheduler.section, capacity: capacity, runPath: runPath, setup: setup, program: program,
      programVersion: programVersion)
    executor.isExclusive = scheduler.isExclusive
    executor.blasCore = configuration.execution.blasCore
    let limits = configuration.execution.limits
    executor.limits = WorkerLimits(trainingSeconds: limits.seconds, memoryBytes: limits.memoryBytes)
    executor.energySource = configuration.energy.source
    executor.endedTrials = try journal.endedTrials()
    executor.booked = try journal.taskRuns()
    executor.schedulerPrograms = scheduler.programs
    return executor
  }

  /// A path without symbolic links, as far as it leads to something.
  private static func withoutLinks(_ path: String) -> String {
    if let whole = realpath(path, nil) {
      defer { free(whole) }
      return String(cString: whole)
    }
    let parent = parentFolder(of: path)
    return parent == path ? path : withoutLinks(parent) + "/" + lastPart(of: path)
  }
}

/// A run's folder whose path Slurm would read as a pattern.
public struct UnusableRunPathError: Error, CustomStringConvertible, Sendable {
  /// The folder.
  let path: String
  /// What it must not contain.
  let character: Unicode.Scalar

  /// One line.
  public var description: String {
    "\(path): with Slurm the folder's path must have no '\("\(character)".onOneLine())'; choose another with --run"
  }
}
