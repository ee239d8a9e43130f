import EnergyMetering
import Foundation
import Reports
import Studies
import Testing

@Suite struct CommandReportTests {
  private let counter = EnergyProvenance(
    source: "powercap", domains: ["package-0", "dram-0"], tier: .attributed,
    detail: "share of RAPL by CPU time")

  private func reading(_ joules: Double) -> EnergyReading {
    EnergyReading(
      energy: Energy(joules: joules), low: Energy(joules: joules / 2), high: Energy(joules: joules * 2),
      provenance: counter)
  }

  private func run(_ energy: EnergyReading?, wallSeconds: Double = 0.001) -> CommandRun {
    CommandRun(
      endDate: Date(timeIntervalSince1970: 0), wallSeconds: wallSeconds, cpuSeconds: 0.0005,
      userSeconds: 0.0004, systemSeconds: 0.0001, peakMemoryBytes: nil, memoryByteSeconds: 0, energy: energy,
      machineEnergy: energy, ending: .exited(0), processesLeftBehind: 0, warnings: [])
  }

  private func report(_ runs: [CommandRun]) throws -> CommandReport {
    CommandReport(
      series: CommandSeries(command: ["true"], runs: runs),
      carbonIntensity: try CarbonIntensity(region: "DE"),
      pue: UncertainValue(exactly: 1), source: "powercap")
  }

  private func fields(_ report: CommandReport) -> [String: String] {
    let table = EmissionsTable(report, project: "p", host: HostDescription()).table
    return Dictionary(uniqueKeysWithValues: zip(table.columns, table.rows[0]))
  }

  @Test("a counter that did not move gives no figure, and no zero")
  func unmovedCounter() throws {
    let report = try report([run(reading(0))])
    #expect(report.text.contains("not resolved"))
    #expect(report.text.contains("below the resolution of powercap"))
    #expect(!report.text.contains(" 0 J") && !report.text.contains("CO2eq"))
    let json = try report.json()
    #expect(!json.contains("joules") && !json.contains("co2eq_g"))
    let fields = fields(report)
    for column in ["emissions", "emissions_rate", "energy_consumed", "cpu_energy", "cpu_power"] {
      #expect(fields[column] == "", "\(column)")
    }
  }

  @Test("a counter that could not be read at the end gives no figure, and the reason")
  func unreadCounter() throws {
    let report = try report([run(nil, wallSeconds: 5)])
    #expect(report.text.contains("powercap could not be read at the end"))
    #expect(!(try report.json()).contains("joules"))
    #expect(fields(report)["energy_consumed"] == "")
    // One run without a figure leaves none for the mean.
    #expect(try self.report([run(nil), run(reading(4))]).series.meanEnergy == nil)
  }

  @Test("runs in which the counter did not move count in the mean, and the spread is left out")
  func someUnmoved() throws {
    let report = try report([run(reading(0)), run(reading(6)), run(reading(0))])
    #expect(report.series.meanEnergy?.energy.joules == 2)
    #expect(report.series.joules == nil)
    #expect(!(try report.json()).contains(/joules" : 0\b(?!\.)/))
  }

  @Test("the mean's bounds are the means of the bounds: repetition does not narrow them")
  func bounds() throws {
    let mean = try #require(try report([run(reading(2)), run(reading(4))]).series.meanEnergy)
    #expect(mean.energy.joules == 3 && mean.low.joules == 1.5 && mean.high.joules == 6)
  }

  @Test("what a counter sums over processor and memory is not split")
  func unsplit() throws {
    let fields = try fields(report([run(reading(3.6e6), wallSeconds: 3600)]))
    #expect(fields["energy_consumed"] == "1.0" && fields["emissions"] == "0.3441")
    for column in ["cpu_energy", "ram_energy", "cpu_power", "ram_power"] { #expect(fields[column] == "") }
  }

  @Test("memory that was never seen is no zero")
  func unseenMemory() throws {
    #expect(try fields(report([run(reading(1))]))["ram_used_gb"] == "")
  }

  @Test("enough repetitions take the label away")
  func repeated() throws {
    #expect(try report([run(reading(1))]).text.contains("use --repeat 200 or more"))
    let many = try report(Array(repeating: run(reading(1)), count: 201))
    #expect(!many.text.contains("shorter than the resolution"))
  }
}
