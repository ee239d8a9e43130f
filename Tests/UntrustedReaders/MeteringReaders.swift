import EnergyMetering
import Foundation

extension UntrustedReader {
  /// A calibration's profile; one that is read is written and read again.
  static let energyProfile = UntrustedReader("energy-profile", examples: [profileExample]) { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let profile = try EnergyProfile(json: text, path: "profile.json")
    do {
      let again = try EnergyProfile(json: profile.json(), path: "profile.json")
      try require(try again.json() == profile.json(), "a profile is read as it was written")
    } catch let error as EnergyProfileError {
      throw Contradiction(description: "a profile that was read is refused when it is written: \(error)")
    }
  }

  /// Carbon intensities by region and by hour, an amount of energy, and the best hour for a job.
  static let carbon = UntrustedReader(
    "carbon",
    examples: [
      "Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh\nGermany,DEU,2023,381.5\n\"A \"\"b\"\"\",,2022,10\n",
      "hour,g\n2026-01-31T13:00Z,300\n2026-01-31T14:00Z,20.5\n", "2026-01-31T13:00+01:00,1\n",
      "2 Wh", "1.5e-3kWh",
    ]
  ) { bytes in
    carbonFile.write(bytes)
    if let table = try? CarbonTable(contentsOf: carbonFile.path) {
      for word in ["Germany", "de"] + table.figures.prefix(2).map(\.name) {
        if let grams = try? table.intensity(of: word).gramsPerKilowattHour {
          try require(grams >= 0 && grams.isFinite, "an intensity is finite and not negative")
        }
      }
    }
    if let hours = try? HourlyIntensity(contentsOf: carbonFile.path) {
      let window = try? hours.bestWindow(lasting: 5000)
      try require(window.map { $0.gramsPerKilowattHour.isFinite } ?? true, "a mean is finite")
      try require(hours.spread.low <= hours.spread.high, "bounds are in order")
    }
    if let energy = try? Energy(parsing: String(decoding: bytes, as: UTF8.self)) {
      try require(energy.joules >= 0 && energy.joules.isFinite, "an energy is finite and not negative")
      _ = energy.formatted
    }
  }

  private static let carbonFile = MemoryFile()

  private static let profileExample: String = {
    let sample = """
      {"workload": "w", "cpu_seconds": 1, "operations": {"flops": 1e9, "bytes": 1e8}, "joules": 2}
      """
    return """
      {"format": 1, "program_version": "0.1", "date": "2026-01-31T12:00:00Z", "family": "f", "cores": 2,
       "logical_processors": 4, "processor": {"vendor": "GenuineIntel", "family": 6, "model": 1, "stepping": 2,
       "model_name": "m", "flags": ["avx2"], "is_virtual": false, "has_siblings": true}, "blas_core": "Haswell",
       "source": "powercap", "domains": ["core"],
       "model": {"busy_watts": 2, "joules_per_flop": 1e-11, "joules_per_byte": 1e-10},
       "quality": {"residual": 0.01, "median_hold_out_error": 0.02, "largest_hold_out_error": 0.05},
       "uncounted_power": {"low": 1, "central": 2, "high": 3},
       "samples": [\(Array(repeating: sample, count: 4).joined(separator: ", "))]}
      """
  }()
}
