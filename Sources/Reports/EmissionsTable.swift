import EnergyMetering
import Foundation
import Studies

/// The runs of a command as rows of CodeCarbon's `emissions.csv` (columns of version 3.3), so that its tools can read
/// them: kg of CO2eq, kWh and W with the PUE in them, seconds, GiB.
///
/// What Wattle does not measure is an empty field: nothing stands there that looks like a measurement.
public struct EmissionsTable: Sendable {
  /// The file's columns.
  public static let columns = [
    "timestamp", "project_name", "run_id", "experiment_id", "duration", "emissions", "emissions_rate",
    "cpu_power", "gpu_power", "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed",
    "water_consumed", "country_name", "country_iso_code", "region", "cloud_provider", "cloud_region", "os",
    "python_version", "codecarbon_version", "cpu_count", "cpu_model", "gpu_count", "gpu_model", "longitude",
    "latitude", "ram_total_size", "tracking_mode", "cpu_utilization_percent", "gpu_utilization_percent",
    "ram_utilization_percent", "ram_used_gb", "on_cloud", "pue", "wue",
  ]

  /// The table, a row a run.
  public private(set) var table = CSVTable(columns: columns)

  /// The rows of a report.
  ///
  /// - Parameters:
  ///   - project: the project's name.
  ///   - host: the machine.
  ///   - experiment: what all rows have in common; each has a number of its own beside it.
  public init(_ report: CommandReport, project: String, host: HostDescription, experiment: UUID = UUID()) {
    let place = Place(report.carbonIntensity)
    for run in report.series.runs {
      let parts = EnergyParts(run, pue: report.pue.value)
      let emissions = run.resolvedEnergy.map {
        report.carbonIntensity.emissions(of: $0.energy, pue: report.pue.value).grams / 1000
      }
      func rate(_ amount: Double?) -> Double? {
        run.wallSeconds > 0 ? amount.map { $0 / run.wallSeconds } : nil
      }
      func watts(_ kilowattHours: Double?) -> Double? {
        rate(kilowattHours.map { Energy(kilowattHours: $0).joules })
      }
      let missing = CSVField(String?.none)
      table.append([
        CSVField(Self.timestamp(run.endDate)), CSVField(project), CSVField(UUID().uuidString.lowercased()),
        CSVField(experiment.uuidString.lowercased()), CSVField(run.wallSeconds), CSVField(emissions),
        CSVField(rate(emissions)), CSVField(watts(parts.processor)), missing, CSVField(watts(parts.memory)),
        CSVField(parts.processor), missing, CSVField(parts.memory), CSVField(parts.total), missing,
        CSVField(place.country), CSVField(place.countryCode), CSVField(place.region), missing, missing,
        CSVField("Linux-\(host.kernelRelease)"), missing, missing, CSVField(host.logicalProcessors),
        CSVField(host.processor.modelName), missing, missing, missing, missing,
        CSVField(Double(host.memoryBytes) / 1_073_741_824), "process", missing, missing, missing,
        CSVField(run.peakMemoryBytes == nil ? nil : rate(run.memoryByteSeconds / 1_073_741_824)), missing,
        CSVField(report.pue.value), missing,
      ])
    }
  }

  /// The text to append to a file that has, or has not yet, a header.
  public func text(withHeader hasHeader: Bool) -> String {
    hasHeader ? table.text : String(table.text.drop { $0 != "\n" }.dropFirst())
  }

  /// Local time without a zone, as CodeCarbon writes it.
  private static func timestamp(_ date: Date) -> String {
    var seconds = time_t(date.timeIntervalSince1970)
    var fields = tm()
    localtime_r(&seconds, &fields)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d", Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1,
      Int(fields.tm_mday), Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec))
  }
}

/// A run's kWh, PUE included, and the parts of it that are known.
private struct EnergyParts {
  var total: Double?
  var processor: Double?
  var memory: Double?

  init(_ run: CommandRun, pue: Double) {
    guard let reading = run.resolvedEnergy else { return }
    total = reading.energy.kilowattHours * pue
    if reading.provenance.source == "power-model" {
      let joules = min(
        reading.energy.joules, PowerModel.memoryWattsPerGigabyte * run.memoryByteSeconds * 1e-9)
      // What was never seen is not known to be nothing.
      memory = run.peakMemoryBytes == nil ? nil : Energy(joules: joules).kilowattHours * pue
      processor = (reading.energy - Energy(joules: joules)).kilowattHours * pue
    } else if reading.provenance.domains.allSatisfy({ $0.hasPrefix("package") }) {
      processor = total
    }
  }
}

/// A region in CodeCarbon's words: the country by name and by its ISO 3166 code of three letters.
private struct Place {
  var country: String?
  var countryCode: String?
  var region: String?

  init(_ intensity: CarbonIntensity) {
    let code = intensity.code.prefix { $0 != "-" }
    guard let threeLetters = Self.threeLetterCodes[String(code)] else { return }
    countryCode = threeLetters
    let isCountry = code.count == intensity.code.count
    country = isCountry ? intensity.name : (try? CarbonIntensity(region: String(code)))?.name
    if !isCountry { region = intensity.name.lowercased() }
  }

  private static let threeLetterCodes = [
    "US": "USA", "DE": "DEU", "FR": "FRA", "SE": "SWE", "NO": "NOR", "PL": "POL", "IN": "IND", "CN": "CHN",
    "AU": "AUS", "GB": "GBR", "CA": "CAN",
  ]
}
