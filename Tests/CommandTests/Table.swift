import Foundation

/// A CSV file as another program reads it: RFC 4180, the first row names the columns.
struct Table: Equatable {
  var columns: [String]
  var rows: [[String]]

  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  init(parsing text: String) throws {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      if isQuoted {
        guard scalar == "\"" else {
          field.unicodeScalars.append(scalar)
          continue
        }
        if rest.first == "\"" {
          field.unicodeScalars.append(rest.removeFirst())
        } else {
          isQuoted = false
        }
      } else if scalar == "\"" && field.isEmpty {
        isQuoted = true
      } else if scalar == "," || scalar == "\n" {
        record.append(field)
        field = ""
        if scalar == "\n" {
          records.append(record)
          record = []
        }
      } else {
        field.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted, field.isEmpty, record.isEmpty else { throw Malformed(description: "no last line feed") }
    guard let columns = records.first else { throw Malformed(description: "no header") }
    self.columns = columns
    rows = Array(records.dropFirst())
    guard rows.allSatisfy({ $0.count == columns.count }) else {
      throw Malformed(description: "rows of \(Set(rows.map(\.count))) fields for \(columns.count) columns")
    }
  }

  /// The fields of a column from top to bottom.
  subscript(column: String) -> [String] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[index] }
  }

  /// The numbers of a column; what is no number is not a number.
  func numbers(_ column: String) -> [Double] { self[column].map { Double($0) ?? .nan } }

  /// The table without some columns.
  func without(_ dropped: Set<String>) -> Table {
    var table = self
    let kept = columns.indices.filter { !dropped.contains(columns[$0]) }
    table.columns = kept.map { columns[$0] }
    table.rows = rows.map { row in kept.map { row[$0] } }
    return table
  }

  /// The columns of `trials.csv` before and after those of the space's parameters.
  static let leadingTrialColumns = ["trial", "strategy", "state", "seed", "hash"]
  static let trailingTrialColumns = [
    "parameters", "flops_per_sample", "bytes_per_sample", "epochs", "validation_accuracy", "test_accuracy",
    "validation_loss", "training_energy_kwh", "training_energy_low_kwh", "training_energy_high_kwh",
    "energy_source", "energy_tier", "inference_energy_j", "wall_seconds", "cpu_seconds", "peak_memory_bytes",
    "co2eq_g", "accuracy_per_kwh", "cumulative_ct_kwh", "inference_energy_low_j",
    "inference_energy_high_j", "inference_tier", "inference_method", "theta", "co2eq_low_g", "co2eq_high_g",
    "cumulative_ct_low_kwh", "cumulative_ct_high_kwh", "quoted_energy_kwh", "quoted_energy_low_kwh",
    "quoted_energy_high_kwh", "continues", "inherits", "epoch_limit", "whole_training_energy_kwh",
    "repeats", "repeat_count", "mean_validation_accuracy", "validation_accuracy_low",
    "validation_accuracy_high", "mean_validation_loss", "mean_training_energy_kwh", "attempts",
    "lost_energy_kwh", "latency_s", "batch_latency_s", "failure",
  ]

  /// The columns that a meter or a clock fills, directly or by who is on the front: all others are fixed by the seed.
  static let measuredColumns = measuredNumberColumns.union(["inference_tier", "inference_method"])

  /// Those of them that hold numbers.
  static let measuredNumberColumns: Set<String> = [
    "training_energy_kwh", "training_energy_low_kwh", "training_energy_high_kwh", "inference_energy_j",
    "wall_seconds", "cpu_seconds", "peak_memory_bytes", "co2eq_g", "accuracy_per_kwh", "cumulative_ct_kwh",
    "inference_energy_low_j", "inference_energy_high_j", "theta", "co2eq_low_g", "co2eq_high_g",
    "cumulative_ct_low_kwh", "cumulative_ct_high_kwh", "quoted_energy_kwh", "quoted_energy_low_kwh",
    "quoted_energy_high_kwh", "whole_training_energy_kwh", "lost_energy_kwh", "latency_s", "batch_latency_s",
    "mean_training_energy_kwh",
  ]
}
