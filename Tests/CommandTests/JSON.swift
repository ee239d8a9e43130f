import Foundation

/// A JSON object as another program reads it.
///
/// Its numbers keep their bits, unlike those that `JSONSerialization` reads.
struct JSON: Decodable, Equatable {
  var members: [String: Value]

  indirect enum Value: Decodable, Equatable {
    case object([String: Value])
    case list([Value])
    case text(String)
    case number(Double)
    case truth(Bool)
    case null

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let truth = try? container.decode(Bool.self) {
        self = .truth(truth)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Value].self))
      }
    }
  }

  init(parsing text: String) throws {
    members = try JSONDecoder().decode([String: Value].self, from: Data(text.utf8))
  }

  private init(members: [String: Value]) { self.members = members }

  func number(_ key: String) -> Double? {
    if case .number(let number) = members[key] { number } else { nil }
  }

  func text(_ key: String) -> String? {
    if case .text(let text) = members[key] { text } else { nil }
  }

  func object(_ key: String) -> JSON? {
    if case .object(let members) = members[key] { JSON(members: members) } else { nil }
  }

  func objects(_ key: String) -> [JSON] {
    guard case .list(let items) = members[key] else { return [] }
    return items.compactMap { if case .object(let members) = $0 { JSON(members: members) } else { nil } }
  }

  func numbers(_ key: String) -> [Double] {
    guard case .list(let items) = members[key] else { return [] }
    return items.compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  func texts(_ key: String) -> [String] {
    guard case .list(let items) = members[key] else { return [] }
    return items.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
