import EnergyMetering
import Foundation
import GRDB

/// A row of one of the journal's tables.
///
/// SQLite lets any value stand in any column, and a journal may have been damaged or edited. All columns are read through
/// these functions, which check the type and the value, so that nothing behind them meets what cannot be.
struct JournalRow {
  private let row: Row
  private let table: String
  /// From 1.
  private let number: Int
  private let path: String

  /// The rows of a table in the given order; none where the journal, of an earlier version, lacks the table.
  ///
  /// - Throws: ``JournalError/damaged(path:place:problem:)`` if the table cannot be read.
  static func all(
    of table: String, orderedBy order: String, in connection: Database, path: String
  ) throws -> [JournalRow] {
    guard try connection.tableExists(table) else { return [] }
    do {
      return try Row.fetchAll(connection, sql: "SELECT * FROM \(table) ORDER BY \(order)").enumerated().map {
        JournalRow(row: $1, table: table, number: $0 + 1, path: path)
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
      throw JournalError.damaged(
        path: path, place: table, problem: error.message ?? "the table cannot be read")
    }
  }

  /// The error of a column.
  func damaged(_ column: String, _ problem: String) -> JournalError {
    .damaged(path: path, place: "\(table), row \(number), \(column)", problem: problem)
  }

  /// A text; nil for NULL.
  func text(_ column: String) throws -> String? {
    switch try value(column).storage {
    case .null: return nil
    case .string(let text): return text
    case .int64, .double, .blob: throw unexpected(column, "a text")
    }
  }

  /// A whole number; nil for NULL.
  func integer(_ column: String) throws -> Int? {
    switch try value(column).storage {
    case .null: return nil
    case .int64(let number): return Int(number)
    case .string, .double, .blob: throw unexpected(column, "a whole number")
    }
  }

  /// A finite number of zero or more, at most `limit`; nil for NULL.
  func amount(_ column: String, atMost limit: Double = .greatestFiniteMagnitude) throws -> Double? {
    let number: Double
    switch try value(column).storage {
    case .null: return nil
    case .int64(let whole): number = Double(whole)
    case .double(let real): number = real
    case .string, .blob: throw unexpected(column, "a number")
    }
    guard 0...limit ~= number else { throw unexpected(column, "a number from 0 to \(limit)") }
    return number
  }

  /// What a column's JSON means; nil for NULL.
  func decoded<Value: Decodable & JournalValue>(_ column: String) throws -> Value? {
    guard let text = try text(column) else { return nil }
    if let plain = Value.self as? any PlainlyReadable.Type,
      let value = PlainJSON.value(of: text, { plain.read(&$0) }) as? Value, value.problem == nil
    {
      return value
    }
    let value: Value
    do {
      value = try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw damaged(column, error.problem)
    } catch {
      throw damaged(column, "no valid JSON")
    }
    if let problem = value.problem { throw damaged(column, problem) }
    return value
  }

  /// A column's value, which must be there.
  func required<Value>(_ column: String, _ value: Value?) throws -> Value {
    guard let value else { throw damaged(column, "expected a value, found none") }
    return value
  }

  private func value(_ column: String) throws -> DatabaseValue {
    guard row.hasColumn(column) else { throw damaged(column, "the table lacks this column") }
    return row[column]
  }

  private func unexpected(_ column: String, _ expected: String) -> JournalError {
    let value: DatabaseValue = row[column]
    let found =
      switch value.storage {
      case .null: "nothing"
      case .int64(let number): "\(number)"
      case .double(let number): "\(number)"
      case .string(let text): "'\(text.prefix(40))'"
      case .blob(let bytes): "\(bytes.count) bytes that are no text"
      }
    return damaged(column, "expected \(expected), found \(found)")
  }
}
