import ArgumentParser
import Datasets
import EnergyMetering
import Foundation
import SearchSpaces
import Studies

/// Exit codes after sysexits.h.
enum ExitStatus {
  static let usage = ExitCode(64)
  static let badInput = ExitCode(65)
  static let noInput = ExitCode(66)
  static let unavailable = ExitCode(69)
  static let software = ExitCode(70)
  static let system = ExitCode(71)
  static let cannotCreate = ExitCode(73)
  static let tryAgain = ExitCode(75)
  static let interrupted = ExitCode(130)
}

/// Runs the body of a command: an error becomes one line on standard error and an exit code.
func reportingFailures(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let code as ExitCode {
    throw code
  } catch {
    Terminal.complain(oneLine(words(for: error)))
    throw exitCode(for: error)
  }
}

/// What an error says; of a library's, which speak to programmers, where and what in plain words.
private func words(for error: any Error) -> String {
  switch error {
  case let error as DecodingError:
    return "a file's JSON cannot be read: \(error.problem)"
  case is EncodingError:
    return
      "a figure of the result is too large to be written, or no number; look at the run with `wattle show`"
  case is CocoaError, is POSIXError:
    let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
    return (path.map { "\($0): " } ?? "") + "cannot be read or written: " + systemReason(behind: error)
  default:
    return "\(error)"
  }
}

private func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).joined(separator: " ").onOneLine(limit: .max)
}

private func exitCode(for error: any Error) -> ExitCode {
  switch error {
  case is ConfigurationError, is EngineBenchError, is ReplayError:
    return ExitStatus.badInput
  case is MissingTableFile:
    return ExitStatus.noInput
  case let error as ConfigurationFileError:
    return error.isMissingInput ? ExitStatus.noInput : ExitStatus.badInput
  case let error as UnusableDataset:
    return error.cause.isMissingInput ? ExitStatus.noInput : ExitStatus.badInput
  case let error as DatasetError:
    return error.isMissingInput ? ExitStatus.noInput : ExitStatus.badInput
  case let error as JournalError:
    switch error {
    case .missing, .unreadable: return ExitStatus.noInput
    default: return ExitStatus.badInput
    }
  case StudyError.journalDiffers:
    return ExitStatus.badInput
  case let error as RunFolderError:
    switch error {
    case .notAFolder, .holdsStudy, .notEmpty, .link, .differentStudy, .otherData: return ExitStatus.badInput
    case .nothingToResume: return ExitStatus.noInput
    case .cannotCreate, .cannotWrite, .taken: return ExitStatus.cannotCreate
    case .inUse: return ExitStatus.tryAgain
    }
  case let error as RetrainingError:
    switch error {
    case .folderExists, .notReplaceable: return ExitStatus.cannotCreate
    case .interrupted, .inUse: return ExitStatus.tryAgain
    case .nothingCompleted, .noTrial, .notCompleted: return ExitStatus.noInput
    case .damagedSummary: return ExitStatus.badInput
    }
  case let error as CarbonFileError:
    return error.isMissingInput ? ExitStatus.noInput : ExitStatus.badInput
  case let error as EnergyProfileError:
    if case .unreadable = error { return ExitStatus.noInput }
    return ExitStatus.badInput
  case is UnusableRunPathError, is ClusterTaskError:
    return ExitStatus.badInput
  case is SchedulerRefusalError:
    return ExitStatus.unavailable
  case is CalibrationError:
    return ExitStatus.tryAgain
  case let error as WorkerUnusableError where error.isOfSystem:
    return ExitStatus.system
  case is SystemCallError:
    return ExitStatus.system
  case is EnergySourceUnusable, is NoCounterError, is SchedulerSilentError:
    return ExitStatus.unavailable
  case let error as InputError:
    return error.code
  default:
    return ExitStatus.software
  }
}

/// A wrong input that only a command can notice.
struct InputError: Error, CustomStringConvertible {
  let description: String
  let code: ExitCode

  init(_ description: String, code: ExitCode = ExitStatus.badInput) {
    self.description = description
    self.code = code
  }
}
