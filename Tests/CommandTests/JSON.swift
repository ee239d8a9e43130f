import Foundation

/// A JSON object as another program reads it.
struct JSON {
  let members: [String: Any]

  struct NoObject: Error {}

  init(parsing text: String) throws {
    guard let members = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw NoObject()
    }
    self.members = members
  }

  func number(_ key: String) -> Double? { (members[key] as? NSNumber)?.doubleValue }

  func text(_ key: String) -> String? { members[key] as? String }

  func object(_ key: String) -> JSON? {
    (members[key] as? [String: Any]).map { JSON(members: $0) }
  }

  private init(members: [String: Any]) { self.members = members }
}
