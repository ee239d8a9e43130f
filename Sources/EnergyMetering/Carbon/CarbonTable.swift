/// Carbon intensities by region and year from a CSV file in the columns of Our World in Data.
///
/// The file is what <https://ourworldindata.org/grapher/carbon-intensity-electricity> gives to download. Its columns are
/// found by their names, whatever their order and whatever stands beside them: `Entity`, `Code`, `Year`, and
/// `Carbon intensity of electricity - gCO2/kWh`, which is also called `Carbon intensity of electricity per kWh` or
/// `co2_intensity__gco2_kwh`. A row without a figure is passed over, and any other mistake refused.
///
/// ```swift
/// let table = try CarbonTable(contentsOf: "carbon-intensity-electricity.csv")
/// try table.intensity(of: "DE").gramsPerKilowattHour  // of the latest year
/// ```
public struct CarbonTable: Sendable {
  /// The file.
  public let path: String
  /// All figures in the order of the file; the codes are those of the file.
  public let figures: [CarbonIntensity]

  /// Reads a file.
  ///
  /// - Throws: ``CarbonFileError`` with the row of the first mistake.
  public init(contentsOf path: String) throws(CarbonFileError) {
    try self.init(CarbonRows(contentsOf: path))
  }

  init(_ file: CarbonRows) throws(CarbonFileError) {
    path = file.path
    let columns = try Columns(file)
    var figures: [CarbonIntensity] = []
    var known: [String: Int] = [:]
    for (index, row) in file.rows.enumerated().dropFirst() {
      guard row.count == columns.count else {
        throw file.error(at: index, "expected \(columns.count) fields as in the header, found \(row.count)")
      }
      let (entity, code) = (row[columns.entity], row[columns.code])
      guard !entity.isEmpty else { throw file.error(at: index, "expected a region's name, found nothing") }
      guard let year = Int(row[columns.year]), (1000...9999).contains(year) else {
        throw file.error(at: index, "expected a year, found \(file.quoted(row[columns.year]))")
      }
      guard !row[columns.intensity].isEmpty else { continue }
      let grams = try file.intensity(row[columns.intensity], at: index)
      if let earlier = known.updateValue(index, forKey: "\(entity)\n\(year)") {
        throw file.error(
          at: index, "\(entity) has a figure for \(year) in row \(earlier + 1) already; leave one of them out"
        )
      }
      figures.append(
        CarbonIntensity(code.isEmpty ? entity : code, entity, grams, year: year, source: file.path))
    }
    self.figures = figures
  }

  /// The figure of a region, by its name or code in the file or by those that Wattle knows, in any case.
  ///
  /// - Parameter year: the year; nil for the latest that the region has.
  /// - Throws: ``CarbonFileError/unknownRegion(path:region:nearest:)`` or
  ///   ``CarbonFileError/noYear(path:region:year:known:)``.
  public func intensity(of region: String, year: Int? = nil) throws(CarbonFileError) -> CarbonIntensity {
    var words = [CarbonIntensity.normalized(region)]
    if let builtIn = try? CarbonIntensity(region: region) { words += CarbonIntensity.names(of: builtIn) }
    func matches(_ figure: CarbonIntensity, _ word: String) -> Bool {
      [figure.code, figure.name].contains { CarbonIntensity.normalized($0) == word }
    }
    // What stands in the file itself goes before Wattle's other names for it.
    let found =
      words.lazy.map { word in figures.filter { matches($0, word) } }.first { !$0.isEmpty } ?? []
    let years = found.map(\.year)
    guard let latest = years.max(), let earliest = years.min() else {
      throw .unknownRegion(path: path, region: region, nearest: nearestName(to: words[0]))
    }
    guard let figure = found.first(where: { $0.year == year ?? latest }) else {
      throw .noYear(
        path: path, region: found[0].name, year: year ?? latest, known: earliest...latest)
    }
    return figure
  }

  private func nearestName(to wanted: String) -> String? {
    guard wanted.count > 3 else { return nil }
    let names = Set(figures.map(\.name)).map { name in
      (name, UnknownRegion.distance(Array(wanted), Array(CarbonIntensity.normalized(name))))
    }
    return names.filter { $0.1 <= 2 }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }
}

/// Where the columns of Our World in Data stand.
private struct Columns {
  var entity: Int
  var code: Int
  var year: Int
  var intensity: Int
  var count: Int

  init(_ file: CarbonRows) throws(CarbonFileError) {
    let names = file.rows[0].map { $0.lowercased() }
    func column(_ name: String, _ isNamed: (String) -> Bool) throws(CarbonFileError) -> Int {
      let found = names.indices.filter { isNamed(names[$0]) }
      guard found.count == 1 else {
        let problem = found.isEmpty ? "there is no \(name)" : "there are \(found.count) called \(name)"
        throw file.error(
          at: 0,
          "expected the columns Entity, Code, Year and Carbon intensity of electricity - gCO2/kWh; \(problem)"
            + file.remedy(for: file.rows[0])
        )
      }
      return found[0]
    }
    entity = try column("Entity") { $0 == "entity" }
    code = try column("Code") { $0 == "code" }
    year = try column("Year") { $0 == "year" }
    intensity = try column("Carbon intensity of electricity") {
      $0.hasPrefix("carbon intensity of electricity") || $0 == "co2_intensity__gco2_kwh"
    }
    count = names.count
  }
}
