import EnergyMetering
import Foundation
import Testing

@Suite("Hourly carbon intensities")
struct HourlyIntensityTests {
  private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  private func hours(_ values: [Double], start: String = "2026-01-31T00:00:00Z") throws -> HourlyIntensity {
    let first = try date(start)
    let rows = values.enumerated().map { hour, value in
      "\(first.addingTimeInterval(3600 * Double(hour)).ISO8601Format()),\(value)\n"
    }
    return try withFile("time,g/kWh\n" + rows.joined()) { try HourlyIntensity(contentsOf: $0) }
  }

  @Test(
    "begin when ISO 8601 says, without a zone in UTC",
    arguments: [
      ("2026-03-01T00:00Z", "2026-03-01T00:00:00Z"), ("2026-03-01 00:00:00", "2026-03-01T00:00:00Z"),
      ("2026-03-01T01:00:00.000+01:00", "2026-03-01T00:00:00Z"),
      ("2024-02-29T23:00-0330", "2024-03-01T02:30:00Z"), ("1969-12-31T23:00+05", "1969-12-31T18:00:00Z"),
      ("2000-12-31T23:00", "2000-12-31T23:00:00Z"),
    ])
  func timestamps(text: String, expected: String) throws {
    try withFile("\(text),100\n") { path in
      let hours = try HourlyIntensity(contentsOf: path)
      #expect(try hours.start == date(expected) && hours.end == date(expected).addingTimeInterval(3600))
      #expect(hours.gramsPerKilowattHour == [100])
    }
  }

  @Test(
    "are refused with the row of the first mistake",
    arguments: [
      // The third row of figures is row 4 of the file.
      (
        "2026-01-31T03:00Z,9", 4,
        "a gap: expected 2026-01-31T02:00Z, found 2026-01-31T03:00Z; fill in what is missing"
      ),
      ("2026-01-31T01:00Z,9", 4, "the hour 2026-01-31T01:00Z stands twice; leave one of them out"),
      ("2026-01-31T02:00+01:00,9", 4, "the hour 2026-01-31T01:00Z stands twice; leave one of them out"),
      ("2026-01-31T00:00Z,9", 4, "out of order: 2026-01-31T00:00Z follows a later hour; sort the rows"),
      (
        "2026-01-31T01:30Z,9", 4,
        "expected the start of an hour, such as 2026-01-31T13:00Z, found `2026-01-31T01:30Z`"
      ),
      (
        "2026-01-31T03:00+00:30,9", 4,
        "expected the next hour, 2026-01-31T02:00Z, found 2026-01-31T02:30Z"
      ),
      ("2026-01-31T02:30+00:30,9", 4, "expected the start of an hour"),
      ("2026-02-30T02:00Z,9", 4, "expected the start of an hour"),
      ("2026-01-31T02:00Q,9", 4, "expected the start of an hour"),
      ("yesterday,9", 4, "expected the start of an hour"),
      ("2026-01-31T02:00Z,-1", 4, "expected a carbon intensity from 0 to 100000 g/kWh, found `-1`"),
      ("2026-01-31T02:00Z,", 4, "expected a carbon intensity from 0 to 100000 g/kWh, found nothing"),
      ("2026-01-31T02:00Z,inf", 4, "expected a carbon intensity from 0 to 100000 g/kWh, found `inf`"),
      ("2026-01-31T02:00Z,9,9", 4, "expected two fields, an hour and g/kWh, found 3"),
      ("2026-01-31T02:00Z", 4, "expected two fields, an hour and g/kWh, found 1"),
    ] as [(String, Int, String)])
  func mistakes(row: String, number: Int, problem: String) throws {
    let text = "time,g/kWh\n2026-01-31T00:00Z,7\n2026-01-31T01:00Z,8\n\(row)\n2026-01-31T03:00Z,9\n"
    let found = try carbonProblem(text) { _ = try HourlyIntensity(contentsOf: $0) }
    #expect(found?.row == number && found?.problem.hasPrefix(problem) == true, "\(String(describing: found))")
  }

  @Test("need a figure in the first row if it is no header, and rows below one")
  func firstRow() throws {
    func problem(_ text: String) throws -> String? {
      let found = try carbonProblem(text) { _ = try HourlyIntensity(contentsOf: $0) }
      #expect(found?.row == 1)
      return found?.problem
    }
    #expect(try problem("time,g/kWh\n")?.contains("found no row") == true)
    #expect(try problem("2026-01-31T00:00Z,many\n")?.contains("found `many`") == true)
    #expect(try problem("noon,12\n")?.contains("found `noon`") == true)
    #expect(try problem("time,zone,g/kWh\n")?.contains("found 3") == true)
  }

  @Test("weigh by the energy that was used in each")
  func weighted() throws {
    let hours = try hours([100, 200, 400])
    func use(_ start: String, _ seconds: Double, _ joules: Double) throws -> (DateInterval, Energy) {
      (DateInterval(start: try date(start), duration: seconds), Energy(joules: joules))
    }
    // 3 J half in the first and half in the second hour: 150; 1 J in the third: 400. (3 · 150 + 400) / 4 = 212.5.
    let first = try use("2026-01-31T00:30:00Z", 3600, 3)
    let second = try use("2026-01-31T02:10:00Z", 60, 1)
    #expect(hours.mean(of: [first, second]) == 212.5)
    // A quarter of the time in the first hour, all of the second, a quarter of the third: (25 + 200 + 100) / 1.5.
    let long = try #require(hours.mean(of: [use("2026-01-31T00:45:00Z", 5400, 1)]))
    #expect(abs(long - 325 / 1.5) < 1e-9)
    // Up to the very end, for no time at all, and nothing.
    #expect(try hours.mean(of: [use("2026-01-31T00:00:00Z", 10_800, 1)]) == 700.0 / 3)
    #expect(try hours.mean(of: [use("2026-01-31T03:00:00Z", 0, 1)]) == 400)
    #expect(try hours.mean(of: [use("2026-01-30T00:00:00Z", 60, 0)]) == nil)
    // Outside the hours.
    #expect(try hours.mean(of: [first, use("2026-01-31T02:59:59Z", 2, 1)]) == nil)
    #expect(try hours.mean(of: [use("2026-01-30T23:59:59Z", 2, 1)]) == nil)
  }

  @Test("have a mean with the least and the greatest as bounds")
  func spread() throws {
    #expect(try hours([100, 200, 600]).spread == UncertainValue(300, low: 100, high: 600))
    #expect(try hours([0.1, 0.1, 0.1]).spread == UncertainValue(exactly: 0.1))
  }

  @Test("give the best time for a job of a known length, the earliest of equals")
  func bestWindow() throws {
    let hours = try hours([300, 200, 100, 150, 400, 100, 100])
    func best(_ length: Double) throws -> (hour: Double, grams: Double) {
      let window = try hours.bestWindow(lasting: 3600 * length)
      #expect(window.end.timeIntervalSince(window.start) == 3600 * length)
      return (window.start.timeIntervalSince(hours.start) / 3600, window.gramsPerKilowattHour)
    }
    #expect(try best(1) == (2, 100))
    #expect(try best(0.25) == (2, 100))
    // Hours 5 and 6.
    #expect(try best(2) == (5, 100))
    // From 2 to 3.5 (100 + 75) / 1.5 = 116.7; from 5 it would be 100 until the end of the file at 7.
    #expect(try best(1.5) == (5, 100))
    // 1–4: (200 + 100 + 150) / 3 = 150; 4–7: 200.
    #expect(try best(3) == (1, 150))
    // Ends at an hour, and does not begin at one: 1.5–4 (100 + 100 + 150) / 2.5 = 140; 2–4.5 180; 4.5–7 160.
    #expect(try best(2.5) == (1.5, 140))
    #expect(try best(7).hour == 0)
    #expect(throws: CarbonFileError.tooShort(path: hours.path, hours: 7, neededHours: 7.5)) {
      try hours.bestWindow(lasting: 7.5 * 3600)
    }
  }
}

@Suite("Everyday equivalents")
struct EverydayEquivalentTests {
  @Test("count pounds of exactly 0.45359237 kg")
  func counts() {
    // 1,984 lb · 453.59237 g/lb = 899,927.26208 g for the flight; 126,000 lb = 57,152,638.62 g for the car.
    #expect(EverydayEquivalent.all.map(\.pounds) == [1_984, 11_023, 36_156, 126_000])
    #expect(EverydayEquivalent.all[0].count(ofGrams: 899_927.26208).isNear(1))
    #expect(EverydayEquivalent.all[3].count(ofGrams: 57_152_638.62 / 2).isNear(0.5))
    #expect(EverydayEquivalent.all.map(\.isYear) == [false, true, true, false])
  }
}
