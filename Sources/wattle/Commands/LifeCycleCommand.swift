import ArgumentParser
import EnergyMetering
import Reports
import SearchSpaces
import Studies

struct LifeCycleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "life-cycle",
    abstract:
      "What a run's front takes over its life: search, training and all inferences, in kWh and CO2eq.",
    discussion: """
      E_life = CT + T + I · e for each trial of the front, and from which number of inferences on each takes the least. T \
      is that of `wattle train` where the trial was trained in full, else that of its training in the search.

      Examples:
        wattle life-cycle runs/digits-mlp-2026-01-31-1 --inferences 1e9
        wattle life-cycle runs/digits-mlp-2026-01-31-1 --inferences 1e9 --region FR --region PL --pue 1.1
        wattle life-cycle runs/digits-mlp-2026-01-31-1 --inferences 1e9 --hourly germany.csv --best-hours 6h
      """)

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var runPath: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The expected number of inferences, such as 1e9.", valueName: "count"))
  var inferences: Double

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out trials whose validation accuracy, or R² of a regression, is below this.", valueName: "figure"
    ))
  var atLeast: Double?

  @Option(
    name: .customLong("region"),
    help: ArgumentHelp(
      "Where the electricity comes from, one of \(CarbonIntensity.all.map(\.code).joined(separator: ", ")), or a name such as "
        + "France; may be given several times. By default that of the run.",
      valueName: "region"))
  var regions: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Power usage effectiveness, such as 1.1 or, from least to most, 1.05-1.2. By default that of the run.",
      valueName: "factor"),
    transform: powerUsageEffectiveness(in:))
  var pue: UncertainValue?

  @Option(
    help: ArgumentHelp(
      "Take the regions' carbon intensities from this CSV file in the columns of Our World in Data.",
      valueName: "file"), completion: .file())
  var carbon: String?

  @Option(help: "The year of --carbon's figures; by default a region's latest.")
  var year: Int?

  @Option(
    help: ArgumentHelp(
      "Count the search at the hours in which it ran, from this CSV file: the hour's begin (ISO 8601) and g/kWh.",
      valueName: "file"), completion: .file())
  var hourly: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Also say when in --hourly's hours a job of this length, such as 6h or 90min, emits least.",
      valueName: "length"),
    transform: seconds(in:))
  var bestHours: Double?

  @Option(
    help: "Write a row a trial and place as CSV to this file; - for standard output.", completion: .file())
  var csv: String?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "<run>")
    try requirePath(carbon, of: "--carbon")
    try requirePath(hourly, of: "--hourly")
    try requirePath(csv, of: "--csv")
    guard 1...1e30 ~= inferences else {
      throw ValidationError("--inferences must be a number from 1 to 1e30, got \(inferences)")
    }
    if let atLeast, !atLeast.isFinite {
      throw ValidationError("--at-least must be a finite number, got \(atLeast)")
    }
    if year != nil, carbon == nil { throw ValidationError("--year chooses among the years of --carbon") }
    if bestHours != nil, hourly == nil { throw ValidationError("--best-hours needs the hours of --hourly") }
    if carbon == nil {
      do {
        let codes = try regions.map { try CarbonIntensity(region: $0).code }
        if Set(codes).count < codes.count { throw ValidationError("--region names a region twice") }
      } catch let error as UnknownRegion {
        throw ValidationError("--region: \(error); others are read from a file by --carbon")
      }
    }
  }

  func run() throws {
    try reportingFailures {
      var outputs = OutputFiles()
      outputs.protect(hourly, as: "the file of --hourly")
      outputs.protect(carbon, as: "the file of --carbon")
      let record = try outputs.readRun(runPath, writing: csv, of: "--csv")
      try requireMeasurements(record, in: runPath)
      let effectiveness = pue ?? UncertainValue(exactly: record.configuration.energy.pue)
      let hours = try hourly.map { try HourlyIntensity(contentsOf: $0) }
      let places = hours.map { [CarbonPlace($0, uses: record.energyUses)] } ?? []
      let lives = try FrontLifeCycles(
        of: record, front: chosenFront(of: record), inferences: inferences,
        powerUsageEffectiveness: effectiveness)
      var report = LifeCycleReport(
        run: record, lives: lives, inferences: inferences, powerUsageEffectiveness: effectiveness,
        places: try places + regionPlaces(of: record))
      if let hours, let bestHours {
        report.bestHours = LifeCycleReport.BestHours(
          window: try hours.bestWindow(lasting: bestHours), spread: hours.spread, source: hours.path)
      }
      if let csv, csv != "-" { try writeOutput(report.table.text, to: csv) }
      try Terminal.print(
        csv == "-" ? report.table.text : json ? report.json() : report.text, isData: csv == "-" || json)
    }
  }

  private func chosenFront(of record: RunRecord) throws -> [TrialFront.Member] {
    let members = record.front().members
    guard let atLeast else { return members }
    let figures = members.map { record.validationQuality(of: $0.trial) ?? -.infinity }
    guard let best = figures.max(), best < atLeast else {
      return zip(members, figures).filter { $0.1 >= atLeast }.map(\.0)
    }
    throw InputError("\(runPath): no trial of the front reaches \(atLeast); the best has \(best)")
  }

  private func regionPlaces(of record: RunRecord) throws -> [CarbonPlace] {
    let names = regions.isEmpty ? [record.configuration.energy.region] : regions
    let table = try carbon.map { try CarbonTable(contentsOf: $0) }
    return try names.map { name in
      CarbonPlace(try table?.intensity(of: name, year: year) ?? CarbonIntensity(region: name))
    }
  }
}

/// A length of time in seconds: a number and `s`, `min`, `h` or `d`.
private func seconds(in text: String) throws -> Double {
  if let seconds = UnitText.seconds(in: text) { return seconds }
  throw ValidationError("--best-hours: expected a time such as 6h, 90min or 1.5d, got \(text)")
}
