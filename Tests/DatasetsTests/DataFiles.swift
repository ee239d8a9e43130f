import Datasets
import Foundation

/// The error that loading gives, as its text; or how many samples were loaded.
func outcome(_ load: () throws -> Dataset) -> String {
  do { return "loaded \(try load().count)" } catch { return "\(error)" }
}

extension URL {
  /// Writes a file into this folder and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Writes a text file into this folder and returns its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}
