import Foundation
import Numerics
import SearchSpaces

/// The search spaces that the repository ships.
let shippedNames = [
  "digits-mlp", "digits-mlp-grid", "breast-cancer-mlp", "digits-cnn", "glyphs-cnn", "teacher-mlp",
  "tabular-regression",
]

/// The path of a shipped search space.
func shippedPath(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("search-spaces/\(name).yaml").path
}

/// A configuration without open choices; the tests of errors replace one of its lines.
let plainLines = [
  "name: plain",
  "dataset: {name: digits}",
  "architecture:",
  "  - dense: {units: 32}",
  "  - activation: relu",
  "  - dropout: {rate: 0.2}",
  "  - dense: {units: classes}",
  "training:",
  "  optimizer: adam",
  "  learning-rate: 0.01",
  "  batch-size: 32",
  "  epochs: 5",
]

/// The plain configuration with a line replaced, counted from 1; the line after the last is added.
func plainYAML(line: Int, _ text: String) -> String {
  var lines = plainLines
  if line > lines.count { lines.append(text) } else { lines[line - 1] = text }
  return lines.joined(separator: "\n") + "\n"
}

/// What reading a text says: the error in one line, or nil.
func errorText(_ yaml: String, overrides: [String] = []) -> String? {
  do {
    _ = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml", overrides: overrides)
    return nil
  } catch {
    return "\(error)"
  }
}

/// A space of an architecture and training values, for three classes.
func makeSpace(architecture: String, training: [String: String] = [:]) throws -> SearchSpace {
  var values = ["optimizer": "adam", "learning-rate": "0.01", "batch-size": "32", "epochs": "5"]
  values.merge(training) { $1 }
  let lines = values.keys.sorted().map { "  \($0): \(values[$0] ?? "")" }.joined(separator: "\n")
  let yaml = "name: s\ndataset: {name: digits}\narchitecture:\n\(architecture)\ntraining:\n\(lines)\n"
  return try StudyConfiguration(yaml: yaml, fileName: "s.yaml").searchSpace(sampleShape: [4], classCount: 3)
}

/// A stream for a test.
func stream(_ purpose: String = "test") -> RandomStream { RandomStream(seed: 11, purpose: purpose) }
