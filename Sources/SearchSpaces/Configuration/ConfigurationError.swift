/// Where a part of a configuration was written.
public enum ConfigurationPlace: Hashable, Sendable, CustomStringConvertible {
  /// A line and a column of a file, both counted from 1; columns count Unicode scalars.
  case file(name: String, line: Int, column: Int)
  /// An override of the form `key=value`, as given after `--set`.
  case override(String)
  /// Nowhere: it was made by the program itself.
  case code

  /// Whether this is an override, not a place in a file.
  var isOverride: Bool { if case .override = self { true } else { false } }

  /// The place as it opens an error message, such as `digits.yaml:14:9` or `--set search.seed=x`.
  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .override(let text): "--set \(text.onOneLine(limit: 200))"
    case .code: "the program"
    }
  }
}

/// Something is wrong with what a configuration says; the place and the remedy in one line.
///
/// Only the first error of a configuration is reported: `digits.yaml:14:9: units: expected a positive integer, got -3`.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it was written.
  public var place: ConfigurationPlace
  /// What is wrong, and what would be right.
  public var message: String

  /// An error at a place.
  public init(place: ConfigurationPlace, message: String) {
    self.place = place
    self.message = message
  }

  /// The place and the message in one line.
  public var description: String { "\(place): \(message)" }
}

/// A configuration file could not be read as text at all.
public enum ConfigurationFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case notFound(path: String)
  /// The path names a directory or something else that is no regular file.
  case notAFile(path: String)
  /// The file is there but reading it failed, for example for want of permission.
  case unreadable(path: String, reason: String)
  /// The file is larger than ``ConfigurationFile/largestBytes``.
  case tooLarge(path: String, limitBytes: Int)
  /// The file's bytes are not UTF-8.
  case notUTF8(path: String)

  /// Whether there was no input to read (exit code 66) rather than bad data in it (exit code 65).
  public var isMissingInput: Bool {
    switch self {
    case .notFound, .notAFile, .unreadable: true
    case .tooLarge, .notUTF8: false
    }
  }

  /// The path and the reason in one line.
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file"
    case .notAFile(let path): "\(path): not a regular file; give the path of a YAML file, or /dev/stdin"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes; this is no configuration"
    case .notUTF8(let path): "\(path): not UTF-8 text"
    }
  }
}
