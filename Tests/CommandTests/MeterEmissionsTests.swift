import Foundation
import Testing

@Suite struct MeterEmissionsTests {
  /// The header of `emissions.csv` as CodeCarbon 3.3.2 writes it.
  static let codeCarbonHeader =
    "timestamp,project_name,run_id,experiment_id,duration,emissions,emissions_rate,cpu_power,gpu_power,ram_power,"
    + "cpu_energy,gpu_energy,ram_energy,energy_consumed,water_consumed,country_name,country_iso_code,region,"
    + "cloud_provider,cloud_region,os,python_version,codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,"
    + "longitude,latitude,ram_total_size,tracking_mode,cpu_utilization_percent,gpu_utilization_percent,"
    + "ram_utilization_percent,ram_used_gb,on_cloud,pue,wue"

  let place: Workplace

  init() throws { place = try Workplace() }

  private func meter(_ options: String..., script: String = busyLoop) throws -> Ended {
    try place.run(["meter", "-q", "--csv", "emissions.csv"] + options + ["--", "sh", "-c", script])
  }

  @Test("the columns are CodeCarbon's, in its units")
  func units() throws {
    let ended = try meter(
      "--region", "US-IA", "--pue", "1.2", "--project", "a, b", "--json", "meter.json", "--energy-source",
      "power-model")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.text(of: "emissions.csv").hasPrefix(Self.codeCarbonHeader + "\n"))
    let table = try place.table("emissions.csv")
    #expect(table.rows.count == 1)
    func number(_ column: String) -> Double { table.numbers(column).first ?? .nan }
    func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * abs(right) }
    let json = try place.json("meter.json")
    let joules = try #require(json.object("energy")?.number("joules"))
    #expect(number("duration") == json.objects("runs").first?.number("wall_seconds"))
    #expect(isNear(number("energy_consumed"), joules * 1.2 / 3.6e6))
    #expect(isNear(number("emissions"), number("energy_consumed") * 0.7366))
    #expect(isNear(number("emissions_rate"), number("emissions") / number("duration")))
    #expect(isNear(number("cpu_energy") + number("ram_energy"), number("energy_consumed")))
    #expect(number("ram_energy") > 0)
    #expect(isNear(number("cpu_power"), number("cpu_energy") * 3.6e6 / number("duration")))
    #expect(isNear(number("ram_power"), number("ram_energy") * 3.6e6 / number("duration")))
    let texts = [
      "project_name": "a, b", "country_name": "United States", "country_iso_code": "USA", "region": "iowa",
      "tracking_mode": "process", "pue": "1.2",
    ]
    for (column, text) in texts { #expect(table[column] == [text]) }
    #expect(try #require(table["timestamp"].first).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil)
    #expect(UUID(uuidString: table["run_id"].first ?? "") != nil)
  }

  @Test("what is not measured is empty")
  func missing() throws {
    #expect(try meter().status == 0)
    let table = try place.table("emissions.csv")
    for column in [
      "gpu_power", "gpu_energy", "water_consumed", "country_name", "country_iso_code", "region",
      "cloud_provider", "cloud_region", "python_version", "codecarbon_version", "gpu_count", "gpu_model",
      "longitude", "latitude", "cpu_utilization_percent", "gpu_utilization_percent",
      "ram_utilization_percent", "on_cloud", "wue",
    ] {
      #expect(table[column] == [""], "\(column)")
    }
    #expect(table["project_name"] == ["sh"])
  }

  @Test("rows are appended, one a run, and runs of one command share an experiment")
  func appended() throws {
    #expect(try meter("--repeat", "2", script: "true").status == 0)
    // An editor may have taken the last line feed.
    let text = try place.text(of: "emissions.csv")
    try place.write(String(text.dropLast()), to: "emissions.csv")
    #expect(try meter(script: "exit 3").status == 3)
    let table = try place.table("emissions.csv")
    #expect(table.rows.count == 3)
    #expect(Set(table["run_id"]).count == 3)
    let experiments = table["experiment_id"]
    #expect(experiments[0] == experiments[1] && experiments[1] != experiments[2])
  }

  @Test("- prints the result behind the command's output")
  func standardOutput() throws {
    let csv = try place.run("meter", "-q", "--csv", "-", "--", "echo", "first")
    #expect(csv.output.hasPrefix("first\n" + Self.codeCarbonHeader + "\n"))
    #expect(csv.outputLines.count == 3)
    let json = try place.run("meter", "-q", "--json", "-", "--", "echo", "first")
    #expect(json.output.hasPrefix("first\n{"))
    #expect(try JSON(parsing: String(json.output.dropFirst(6))).texts("command") == ["echo", "first"])
    #expect(place.names().isEmpty)
  }
}
