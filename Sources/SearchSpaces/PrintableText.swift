extension String {
  /// This text as a terminal may have it: control characters, which a terminal obeys, and those that turn the direction of
  /// writing are written out, such as `\u{1b}`. Line feeds and tabs stay.
  ///
  /// All text that comes from elsewhere (names, files, the machine's own description) passes through here or through
  /// ``onOneLine(limit:)`` on its way to a terminal.
  public var printable: String {
    // Most texts have none.
    guard unicodeScalars.contains(where: { $0.isObeyed && $0 != "\n" && $0 != "\t" }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "\n" || scalar == "\t" {
        text.unicodeScalars.append(scalar)
      } else {
        text.append(printable: scalar)
      }
    }
  }

  /// This text as a terminal may have it, also without line breaks, and cut to a number of characters.
  public func onOneLine(limit: Int = 60) -> String {
    var result = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      result.append(printable: scalar)
    }
    return result
  }

  private mutating func append(printable scalar: Unicode.Scalar) {
    switch scalar {
    case "\n": self += "\\n"
    case "\r": self += "\\r"
    case "\t": self += "\\t"
    case _ where scalar.isObeyed: self += "\\u{\(String(scalar.value, radix: 16))}"
    default: unicodeScalars.append(scalar)
    }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal does something else with it than show it.
  fileprivate var isObeyed: Bool {
    properties.generalCategory == .control || properties.isBidiControl || value == 0x2028 || value == 0x2029
  }
}
