import Foundation
import GRDB

extension Trial {
  init(row: Row) throws {
    func decode<Value: Decodable>(_ column: String) throws -> Value? {
      guard let text: String = row[column] else { return nil }
      do {
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
      } catch {
        throw JournalError.damagedTrial(column: column)
      }
    }
    func required<Value: Decodable>(_ column: String) throws -> Value {
      guard let value: Value = try decode(column) else { throw JournalError.damagedTrial(column: column) }
      return value
    }
    guard let state = TrialState(rawValue: row["state"]) else {
      throw JournalError.damagedTrial(column: "state")
    }
    guard let seed = UInt64(row["seed"] as String) else { throw JournalError.damagedTrial(column: "seed") }
    self.init(
      number: row["number"], strategy: row["strategy"], state: state, seed: seed, hash: row["hash"],
      assignment: try required("assignment"), candidate: try required("candidate"),
      costs: try decode("costs"), outcome: try decode("outcome"), energy: try decode("energy"),
      wallSeconds: row["wall_seconds"], cpuSeconds: row["cpu_seconds"],
      peakMemoryBytes: row["peak_memory_bytes"], duplicateOf: row["duplicate_of"], failure: row["failure"])
  }
}
