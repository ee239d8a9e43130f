import Foundation

/// A moment as ISO 8601 writes it: `2026-01-31T13:00Z`, `2026-01-31 13:00:00`, `2026-01-31T14:00:00.000+01:00`.
///
/// Without a zone it is UTC.
struct HourStamp {
  /// The moment.
  let date: Date
  /// Whether it is the start of an hour in its own zone.
  let isWholeHour: Bool

  /// Nil if the text is no such moment.
  init?(_ text: String) {
    var reader = DigitReader(text)
    guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
      reader.take("-"), let day = reader.number(digits: 2), reader.take("T") || reader.take(" "),
      let hour = reader.number(digits: 2), reader.take(":"), let minute = reader.number(digits: 2),
      (1...12).contains(month), (1...Self.length(ofMonth: month, year)).contains(day), hour < 24, minute < 60
    else { return nil }
    var second = 0
    var hasFraction = false
    if reader.take(":") {
      guard let number = reader.number(digits: 2), number < 60 else { return nil }
      second = number
      if reader.take(".") {
        guard let digits = reader.digits() else { return nil }
        hasFraction = digits.contains { $0 != "0" }
      }
    }
    guard let offset = reader.zoneSeconds(), reader.isAtEnd else { return nil }
    let seconds = Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    date = Date(timeIntervalSince1970: Double(seconds))
    isWholeHour = minute == 0 && second == 0 && !hasFraction
  }

  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March so that a leap day is the
  /// last of its year.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let years = month > 2 ? year : year - 1
    let months = (month + 9) % 12
    return 365 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 719_469
  }
}

/// Takes digits and marks from the front of a text.
private struct DigitReader {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ mark: Character) -> Bool {
    guard rest.first == mark else { return false }
    rest.removeFirst()
    return true
  }

  mutating func digits() -> Substring? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest[digits.endIndex...]
    return digits.isEmpty ? nil : digits
  }

  mutating func number(digits count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    rest = rest.dropFirst(count)
    return Int(digits)
  }

  /// What local time is ahead of UTC: nothing or `Z` for zero, `+01:00`, `-0330`, `+02`.
  mutating func zoneSeconds() -> Int? {
    if isAtEnd || take("Z") { return 0 }
    let isAhead = take("+")
    guard isAhead || take("-"), let hours = number(digits: 2), hours < 24 else { return nil }
    _ = take(":")
    let minutes = isAtEnd ? 0 : number(digits: 2)
    guard let minutes, minutes < 60 else { return nil }
    return (isAhead ? 1 : -1) * (hours * 3600 + minutes * 60)
  }
}
