/// Parts of files as error messages quote them.
enum Excerpt {
  /// The text of some bytes: short, on one line, printable.
  static func quote(_ text: UnsafeBufferPointer<UInt8>) -> String {
    guard !text.isEmpty else { return "an empty field" }
    let excerpt = String(decoding: text.prefix(24), as: UTF8.self)
    let printable = excerpt.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? "\u{fffd}" : String(scalar)
    }
    return "'" + printable.joined() + (text.count > 24 ? "…'" : "'")
  }

  /// The last part of a path.
  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// A text as `quote(_:)` gives its bytes.
  static func quote(_ text: String) -> String {
    Array(text.utf8).withUnsafeBufferPointer { quote($0) }
  }
}
