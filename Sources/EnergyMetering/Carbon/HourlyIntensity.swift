import Foundation

/// A region's carbon intensity hour by hour, from a CSV file with a row an hour: when the hour begins (ISO 8601; without
/// a zone UTC) and g CO2eq/kWh. A first row of names is passed over.
///
/// The hours follow each other without a gap.
///
/// ```swift
/// let hours = try HourlyIntensity(contentsOf: "germany-2026.csv")
/// hours.mean(of: [(interval, energy)])    // energy-weighted
/// try hours.bestWindow(lasting: 6 * 3600).start
/// ```
public struct HourlyIntensity: Sendable {
  /// The file.
  public let path: String
  /// When the first hour begins.
  public let start: Date
  /// The intensity of each hour, in g CO2eq/kWh; at least one.
  public let gramsPerKilowattHour: [Double]

  /// When the last hour ends.
  public var end: Date { start.addingTimeInterval(3600 * Double(gramsPerKilowattHour.count)) }

  /// Reads a file.
  ///
  /// - Throws: ``CarbonFileError`` with the row of the first gap, hour that stands twice, disorder, or value that is
  ///   negative or no number.
  public init(contentsOf path: String) throws(CarbonFileError) {
    try self.init(CarbonRows(contentsOf: path))
  }

  init(_ file: CarbonRows) throws(CarbonFileError) {
    path = file.path
    var first: Date?
    var grams: [Double] = []
    for (index, row) in file.rows.enumerated() {
      let isHeader = index == 0 && HourStamp(row[0]) == nil && row.last.flatMap(Double.init) == nil
      guard row.count == 2 else {
        throw file.error(
          at: index, "expected two fields, an hour and g/kWh, found \(row.count)" + file.remedy(for: row))
      }
      if isHeader { continue }
      guard let stamp = HourStamp(row[0]), stamp.isWholeHour else {
        throw file.error(
          at: index, "expected the start of an hour, such as 2026-01-31T13:00Z, found \(file.quoted(row[0]))")
      }
      let expected = (first ?? stamp.date).addingTimeInterval(3600 * Double(grams.count))
      if let problem = Self.problem(stamp.date, expected: expected) { throw file.error(at: index, problem) }
      grams.append(try file.intensity(row[1], at: index))
      first = first ?? stamp.date
    }
    guard let first else {
      throw file.error(at: 0, "expected an hour and g/kWh below the names, found no row")
    }
    start = first
    gramsPerKilowattHour = grams
  }

  private static func problem(_ found: Date, expected: Date) -> String? {
    let hours = found.timeIntervalSince(expected) / 3600
    let (wanted, written) = (text(of: expected), text(of: found))
    if hours == 0 { return nil }
    if hours > 0 {
      return hours < 1
        ? "expected the next hour, \(wanted), found \(written)"
        : "a gap: expected \(wanted), found \(written); fill in what is missing"
    }
    if hours == -1 { return "the hour \(written) stands twice; leave one of them out" }
    return hours > -1
      ? "expected the next hour, \(wanted), found \(written); give one row an hour"
      : "out of order: \(written) follows a later hour; sort the rows"
  }

  /// A moment to the minute in UTC, such as `2026-01-31T13:00Z`.
  public static func text(of date: Date) -> String { date.ISO8601Format().prefix(16) + "Z" }

  /// The mean over all hours, with the least and the greatest as bounds.
  public var spread: UncertainValue {
    let sum = gramsPerKilowattHour.reduce(0, +)
    let low = gramsPerKilowattHour.min() ?? 0
    let high = gramsPerKilowattHour.max() ?? 0
    // Rounding may carry the mean of equal values past them.
    return UncertainValue(
      min(max(sum / Double(gramsPerKilowattHour.count), low), high), low: low, high: high)
  }

  /// The mean while energy was used, weighted by the energy; each amount is taken to be used evenly in its time.
  ///
  /// - Returns: nil if there is no energy, or some of it was used outside the hours of the file.
  /// - Complexity: O(amounts + hours covered).
  public func mean(of uses: [(time: DateInterval, energy: Energy)]) -> Double? {
    var grams = 0.0
    var joules = 0.0
    for use in uses where use.energy.joules > 0 {
      guard use.time.start >= start, use.time.end <= end else { return nil }
      grams += mean(during: use.time) * use.energy.joules
      joules += use.energy.joules
    }
    return joules > 0 ? grams / joules : nil
  }

  /// - Precondition: the time lies in the hours of the file.
  private func mean(during time: DateInterval) -> Double {
    let (from, to) = (time.start.timeIntervalSince(start) / 3600, time.end.timeIntervalSince(start) / 3600)
    let (first, last) = (Int(from), min(Int(to), gramsPerKilowattHour.count - 1))
    guard first < last else { return gramsPerKilowattHour[min(first, last)] }
    let sum = (first...last).reduce(0) { sum, hour in
      sum + gramsPerKilowattHour[hour] * (min(to, Double(hour + 1)) - max(from, Double(hour)))
    }
    return sum / (to - from)
  }

  /// A time for a job.
  public struct Window: Hashable, Sendable {
    /// When the job begins.
    public let start: Date
    /// When it ends.
    public let end: Date
    /// The mean intensity between the two.
    public let gramsPerKilowattHour: Double
  }

  /// The time in which a job that runs without a break and draws evenly emits least; of equals the earliest.
  ///
  /// - Throws: ``CarbonFileError/tooShort(path:hours:neededHours:)`` if the job is longer than the file.
  /// - Precondition: the job lasts longer than nothing.
  /// - Complexity: O(hours of the file · hours of the job).
  public func bestWindow(lasting seconds: Double) throws(CarbonFileError) -> Window {
    precondition(seconds > 0 && seconds.isFinite, "a job takes longer than nothing")
    let count = gramsPerKilowattHour.count
    let slack = 3600 * Double(count) - seconds
    guard slack >= 0 else { throw .tooShort(path: path, hours: count, neededHours: seconds / 3600) }
    // The mean changes evenly while neither end of the job crosses the border of an hour, so that the best begins or
    // ends at one.
    let offsets = (0..<count).map { 3600 * Double($0) } + (1...count).map { 3600 * Double($0) - seconds }
    let windows = Set(offsets).filter { (0...slack).contains($0) }.sorted().map { offset in
      let time = DateInterval(start: start.addingTimeInterval(offset), duration: seconds)
      return Window(start: time.start, end: time.end, gramsPerKilowattHour: mean(during: time))
    }
    return windows.dropFirst().reduce(windows[0]) {
      $1.gramsPerKilowattHour < $0.gramsPerKilowattHour ? $1 : $0
    }
  }
}
