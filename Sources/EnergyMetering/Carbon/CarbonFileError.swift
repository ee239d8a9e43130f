import Foundation

/// Why a file of carbon intensities cannot be used.
public enum CarbonFileError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// What is in the file is no table of text, or too large.
  case notATable(path: String, problem: String)
  /// A row, counted from 1 with the header, is not what it should be.
  case malformed(path: String, row: Int, problem: String)
  /// There is no such region in the file.
  case unknownRegion(path: String, region: String, nearest: String?)
  /// The file has the region, but not the year.
  case noYear(path: String, region: String, year: Int, known: ClosedRange<Int>)
  /// A job is longer than the hours of the file.
  case tooShort(path: String, hours: Int, neededHours: Double)

  /// Whether there was no input to read rather than bad data in it.
  public var isMissingInput: Bool {
    switch self {
    case .missing, .unreadable: true
    case .notATable, .malformed, .unknownRegion, .noYear, .tooShort: false
    }
  }

  /// One line: where, what was expected, what was found.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .notATable(let path, let problem): "\(path): \(problem)"
    case .malformed(let path, let row, let problem): "\(path): row \(row): \(problem)"
    case .unknownRegion(let path, let region, let nearest):
      "\(path): no region `\(region)`; "
        + (nearest.map { "did you mean \($0)?" } ?? "expected a name or code of its columns Entity and Code")
    case .noYear(let path, let region, let year, let known):
      "\(path): \(region) has no figure for \(year); it has some from \(known.lowerBound) to \(known.upperBound)"
    case .tooShort(let path, let hours, let needed):
      "\(path): has \(hours) hours, and the job takes \(needed); give a longer file or a shorter job"
    }
  }
}
