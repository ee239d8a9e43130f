import EnergyMetering
import Foundation
import Testing

/// Writes a text to a new file for the length of a closure.
func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "wattle-" + UUID().uuidString + ".csv"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  return try body(path)
}

/// The row and the message of the error that a file causes.
func carbonProblem(_ text: String, _ read: (String) throws -> Void) throws -> (row: Int, problem: String)? {
  try withFile(text) { path in
    do {
      try read(path)
    } catch let error as CarbonFileError {
      guard case .malformed(path, let row, let problem) = error else { return nil }
      #expect(error.description == "\(path): row \(row): \(problem)")
      return (row, problem)
    }
    return nil
  }
}

@Suite("A table of carbon intensities")
struct CarbonTableTests {
  static let header = "Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh"
  private let text = """
    \(header)
    ASEAN (Ember),,2023,570.1
    France,FRA,2022,84.5
    France,FRA,2024,44.18
    France,FRA,2023,56.02
    Germany,DEU,2024,344.14
    United Kingdom,GBR,2024,210.9
    "Korea, ""South"" only",KOR,2024,411
    World,OWID_WRL,2024,473

    """

  @Test(
    "gives the latest year of a region by its name, its code or Wattle's words for it",
    arguments: [
      ("France", 44.18, 2024), ("fra", 44.18, 2024), ("FR", 44.18, 2024), ("germany", 344.14, 2024),
      ("GB", 210.9, 2024), ("uk", 210.9, 2024), ("World", 473, 2024), ("korea, \"south\" only", 411, 2024),
      ("asean (ember)", 570.1, 2023),
    ] as [(String, Double, Int)])
  func finds(region: String, grams: Double, year: Int) throws {
    try withFile(text) { path in
      let found = try CarbonTable(contentsOf: path).intensity(of: region)
      #expect(found.gramsPerKilowattHour == grams && found.year == year && found.source == path)
    }
  }

  @Test("gives the year that is asked for, or says which there are")
  func years() throws {
    try withFile(text) { path in
      let table = try CarbonTable(contentsOf: path)
      #expect(try table.intensity(of: "FR", year: 2022).gramsPerKilowattHour == 84.5)
      #expect(
        throws: CarbonFileError.noYear(path: path, region: "France", year: 2021, known: 2022...2024)
      ) { try table.intensity(of: "FR", year: 2021) }
    }
  }

  @Test("names the region that was nearly written")
  func unknown() throws {
    try withFile(text) { path in
      let table = try CarbonTable(contentsOf: path)
      #expect(throws: CarbonFileError.unknownRegion(path: path, region: "Germny", nearest: "Germany")) {
        try table.intensity(of: "Germny")
      }
      // Known to Wattle, but not in the file.
      #expect(throws: CarbonFileError.unknownRegion(path: path, region: "Quebec", nearest: nil)) {
        try table.intensity(of: "Quebec")
      }
    }
  }

  @Test("finds its columns by name, also by the newer ones, and passes over missing figures")
  func columns() throws {
    let newer = """
      \u{feff}Year,Entity,Code,World region according to OWID,Carbon intensity of electricity per kWh\r
      2024,France,FRA,Europe,44.18\r
      2025,France,FRA,Europe,\r
      """
    let short = "entity,code,year,co2_intensity__gco2_kwh\nFrance,FRA,2024,44.18\n"
    for text in [newer, short] {
      try withFile(text) { path in
        let found = try CarbonTable(contentsOf: path).intensity(of: "FRA")
        #expect(found.gramsPerKilowattHour == 44.18 && found.year == 2024)
      }
    }
  }

  @Test(
    "refuses a mistake with its row",
    arguments: [
      ("France,FRA,2024,44,1", 3, "expected 4 fields as in the header, found 5"),
      ("France,FRA,2024,-44.1", 3, "expected a carbon intensity from 0 to 100000 g/kWh, found `-44.1`"),
      ("France,FRA,2024,much", 3, "expected a carbon intensity from 0 to 100000 g/kWh, found `much`"),
      ("France,FRA,2024,nan", 3, "expected a carbon intensity from 0 to 100000 g/kWh, found `nan`"),
      ("France,FRA,24,44.1", 3, "expected a year, found `24`"),
      (",FRA,2024,44.1", 3, "expected a region's name, found nothing"),
      ("Norway,NOR,2024,31", 3, "Norway has a figure for 2024 in row 2 already; leave one of them out"),
      ("\"France,FRA,2024,44.1", 3, "a quote has no end, or text stands behind it"),
      ("\n", 0, ""),
    ] as [(String, Int, String)])
  func mistakes(row: String, number: Int, problem: String) throws {
    let text = "\(Self.header)\nNorway,NOR,2024,30.7\n\(row)\n"
    let found = try carbonProblem(text) { _ = try CarbonTable(contentsOf: $0) }
    #expect(found?.row ?? 0 == number && found?.problem ?? "" == problem, "\(String(describing: found))")
  }

  @Test("refuses other columns, no rows, no text and no file")
  func otherFiles() throws {
    let header = try carbonProblem("Country,Year\n") { _ = try CarbonTable(contentsOf: $0) }
    #expect(header?.row == 1 && header?.problem.contains("there is no Entity") == true)
    let empty = try carbonProblem("\n\n") { _ = try CarbonTable(contentsOf: $0) }
    #expect(empty?.problem == "expected rows of figures, got an empty file")
    #expect(throws: CarbonFileError.missing(path: "/nowhere.csv")) {
      try CarbonTable(contentsOf: "/nowhere.csv")
    }
    for path in ["/tmp", "/dev/null"] {
      #expect(
        throws: CarbonFileError.unreadable(
          path: path, reason: "not a regular file; give the path of a CSV file")
      ) { try CarbonTable(contentsOf: path) }
    }
  }
}
