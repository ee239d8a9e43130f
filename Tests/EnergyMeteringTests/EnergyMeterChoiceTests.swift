import EnergyMetering
import Testing

@Suite("The choice of a source")
struct EnergyMeterChoiceTests {
  @Test("takes counters that count, and keeps the idle power they showed")
  func takesPowercap() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileSleeping = { _ in try? machine.set("intel-rapl:0", 3_000_000) }
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "powercap" && meter.source.name == "powercap")
    // 2 J in 0.2 s without work, 10 J in 0.2 s with.
    let test = try #require(report.sources.first?.selfTest)
    #expect(test.idleWatts.isNear(10, relative: 1e-6) && test.loadWatts.isNear(50, relative: 1e-6))
    #expect(meter.total.energy == .zero)
  }

  @Test("refuses a counter that stays flat under load, and falls back to the model")
  func refusesFlat() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model" && meter.source.name == "power-model")
    #expect(report.sources.first?.isUsable == false)
    #expect(report.sources.first?.detail.contains("flat") == true)
    #expect(throws: EnergySourceUnusable.self) {
      try EnergyMeter.choose(source: .powercap, environment: machine.environment)
    }
  }

  @Test("falls back to the model with the reason where there are no counters")
  func fallsBack() throws {
    let machine = try FakeMachine()
    let (_, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model")
    #expect(report.sources.map(\.name) == ["powercap", "perf", "hwmon", "battery", "power-model"])
    #expect(report.sources.first?.detail.contains("there is no") == true)
  }

  @Test("takes the model when asked, even where counters count")
  func takesModel() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    #expect(
      try EnergyMeter.choose(source: .powerModel, environment: machine.environment).report.chosen
        == "power-model")
  }

  @Test("looks no further than the first source that works")
  func stopsAtFirst() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    let start = machine.time
    let (_, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.sources.map(\.name) == ["powercap"])
    #expect((machine.time - start).isNear(0.4))
    _ = try EnergyMeter.choose(source: .powerModel, environment: machine.environment)
    #expect((machine.time - start).isNear(0.4))
  }

  @Test("goes on to the next source when one fails between its test and its use")
  func failsAfterTest() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    // Reads: one to open, three for the test, then the meter's first.
    machine.readsUntilFailure = 4
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    let (_, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model")
    #expect(report.sources.first?.state == .refused)
    #expect(report.sources.first?.detail.contains("intel-rapl:0/energy_uj: I/O error") == true)
  }

  @Test("knows each source by its name, and the model by a short one as well")
  func names() {
    for choice in EnergySourceChoice.allCases {
      #expect(EnergySourceChoice(rawValue: choice.rawValue) == choice)
    }
    #expect(EnergySourceChoice(rawValue: "model") == .powerModel)
    #expect(EnergySourceChoice(rawValue: "rapl") == nil)
  }

  @Test("asks for a source by name and is told why it does not work", arguments: EnergySourceChoice.allCases)
  func absent(choice: EnergySourceChoice) throws {
    let machine = try FakeMachine()
    switch choice {
    case .auto, .powerModel:
      #expect(
        try EnergyMeter.choose(source: choice, environment: machine.environment).report.chosen
          == "power-model")
    default:
      let error = #expect(throws: EnergySourceUnusable.self) {
        try EnergyMeter.choose(source: choice, environment: machine.environment)
      }
      #expect(error?.source == choice.rawValue && error?.state == .absent)
      #expect(error?.description.hasPrefix("energy source `\(choice.rawValue)` cannot be used: ") == true)
    }
  }
}
