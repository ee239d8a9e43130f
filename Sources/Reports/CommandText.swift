import EnergyMetering
import Studies

extension CommandReport {
  /// The report for people.
  public var text: String {
    let count = series.runs.count
    let title = count > 1 ? "\(count) runs, means with [low–high]:" : "wattle meter:"
    var lines = ["", title]
    func add(_ name: String, _ value: String) {
      lines.append("  " + name.padding(toLength: 14, withPad: " ", startingAt: 0) + value)
    }
    if let energy = series.meanEnergy {
      add("energy", energy.formatted)
      add("power", power(of: energy))
    } else {
      add("energy", "not resolved")
    }
    if let machine = series.meanMachineEnergy {
      add("whole machine", machine.formatted)
    }
    add("CPU time", processorTime)
    add("wall time", TimeText.precise(seconds: meanWallSeconds))
    add(
      "peak memory",
      series.peakMemoryBytes.map { "at least " + MemoryText.precise(bytes: $0.maximum) } ?? "not seen")
    if let energy = series.meanEnergy { add("CO2eq", carbon(of: energy)) }
    let spreads = count > 1 ? "\n" + spreadTable : ""
    let remarks = notes.map { "  note: \($0)\n" }.joined()
    return lines.joined(separator: "\n") + "\n" + spreads + remarks
  }

  private func power(of energy: EnergyReading) -> String {
    guard meanWallSeconds > 0 else { return "" }
    let watts = [energy.energy, energy.low, energy.high].map {
      NumberText.significant($0.joules / meanWallSeconds)
    }
    return "\(watts[0]) W [\(watts[1])–\(watts[2])]"
  }

  private var processorTime: String {
    let total = series.spread(\.cpuSeconds).mean
    let user = TimeText.precise(seconds: series.spread(\.userSeconds).mean)
    let system = TimeText.precise(seconds: series.spread(\.systemSeconds).mean)
    let share = meanWallSeconds > 0 ? total / meanWallSeconds : 0
    return "\(TimeText.precise(seconds: total)) (user \(user), system \(system)), "
      + "\(NumberText.fixed(share, decimals: 2)) CPUs busy"
  }

  private func carbon(of energy: EnergyReading) -> String {
    let emissions = carbonIntensity.emissions(of: energy * pue)
    let grams = [emissions.grams, emissions.lowGrams, emissions.highGrams].map { NumberText.significant($0) }
    let intensity = NumberText.significant(carbonIntensity.gramsPerKilowattHour, digits: 4)
    return
      "\(grams[0]) g [\(grams[1])–\(grams[2])] (\(carbonIntensity.name), \(intensity) g/kWh, PUE \(pue.text))"
  }

  private var spreadTable: String {
    var table = TextTable([
      ("", .left), ("mean", .right), ("min", .right), ("max", .right), ("standard deviation", .right),
    ])
    func row(_ name: String, _ spread: Spread?, _ text: (Double) -> String) {
      guard let spread else { return }
      let values = [spread.mean, spread.minimum, spread.maximum].map(text)
      table.append([name] + values + [spread.standardDeviation.map(text) ?? ""])
    }
    row("energy", series.joules) { Energy(joules: $0).formatted }
    row("CPU time", series.spread(\.cpuSeconds)) { TimeText.precise(seconds: $0) }
    row("wall time", series.spread(\.wallSeconds)) { TimeText.precise(seconds: $0) }
    row("peak memory", series.peakMemoryBytes) { MemoryText.precise(bytes: $0) }
    return table.text
  }
}

/// Amounts of memory.
enum MemoryText {
  /// An amount with three significant digits in decimal units, such as `3.41 MB`.
  static func precise(bytes: Double) -> String {
    for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where bytes >= 0.9995 * size {
      return NumberText.significant(bytes / size) + " " + unit
    }
    return NumberText.fixed(bytes, decimals: 0) + " bytes"
  }
}
