/// The words that stand for a value that is missing.
enum MissingValue {
  /// Whether a field that should be a number says that it is missing, or that it is none.
  static func isOne(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 9 else { return false }
    return [
      "nan", "-nan", "inf", "-inf", "+inf", "infinity", "-infinity", "na", "n/a", "null", "none", "?", "-",
    ]
    .contains(String(decoding: bytes, as: UTF8.self).lowercased())
  }

  /// Whether a field that should be a class says that it is missing. `none`, `-` and `inf` may be names of classes.
  static func isMissingClass(_ text: String) -> Bool {
    ["nan", "-nan", "na", "n/a", "#n/a", "<na>", "null", "?"].contains(text.lowercased())
  }
}
