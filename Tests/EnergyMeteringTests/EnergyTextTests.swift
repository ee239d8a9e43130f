import EnergyMetering
import Foundation
import Testing

@Suite("An amount of energy as text")
struct EnergyTextTests {
  @Test(
    "is read with its unit",
    arguments: [
      ("2 Wh", 7_200.0), ("2Wh", 7_200), ("  1.5 kWh ", 5.4e6), ("3e3 J", 3_000), ("0 J", 0), ("1 kJ", 1e3),
      ("1 MJ", 1e6), ("1 MWh", 3.6e9), ("4 wh", 14_400), ("1 KWH", 3.6e6), ("5e-1 Wh", 1_800),
    ] as [(String, Double)])
  func readsUnits(text: String, joules: Double) throws {
    #expect(try Energy(parsing: text).joules == joules)
  }

  @Test(
    "is refused with the remedy",
    arguments: [
      ("2", "2 Wh"), ("", "2 Wh"), ("-1 Wh", "negative"), ("nan Wh", "not an amount"),
      ("inf J", "not an amount"),
      ("1e999 Wh", "finite"), ("5 mJ", "MJ"), ("5 mWh", "MWh"), ("5 GWh", "kWh"), ("1,5 Wh", "not a unit"),
      ("Wh", "not an amount"),
    ])
  func refuses(text: String, hint: String) {
    let error = #expect(throws: EnergyTextError.self) { try Energy(parsing: text) }
    #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test(
    "is written with three digits in the unit that reads well",
    arguments: [
      (0.0, "0 J"), (0.01234, "0.0123 J"), (12.34, "12.3 J"), (1_234, "1230 J"), (3_597, "3600 J"),
      (3_599, "1.00 Wh"), (6_950, "1.93 Wh"), (3_599_000, "1.00 kWh"), (1.5e6, "417 Wh"), (7.2e6, "2.00 kWh"),
      (3.6e9, "1.00 MWh"), (2.3628492e12, "656 MWh"),
    ] as [(Double, String)])
  func writes(joules: Double, text: String) {
    #expect(Energy(joules: joules).formatted == text)
  }

  @Test("is a bare number of joules in files")
  func codes() throws {
    let text = try String(decoding: JSONEncoder().encode([Energy(joules: 1.5)]), as: UTF8.self)
    #expect(text == "[1.5]")
    #expect(try JSONDecoder().decode([Energy].self, from: Data(text.utf8)) == [Energy(joules: 1.5)])
  }
}

@Suite("An energy reading")
struct EnergyReadingTests {
  static let measured = EnergyProvenance(
    source: "powercap", domains: ["package-0"], tier: .measured, detail: "RAPL")
  static let modelled = EnergyProvenance(
    source: "power-model", domains: ["core", "dram"], tier: .modelled, detail: "2.9–6.1 W/core")

  private func reading(_ low: Double, _ energy: Double, _ high: Double, _ provenance: EnergyProvenance)
    -> EnergyReading
  {
    EnergyReading(
      energy: Energy(joules: energy), low: Energy(joules: low), high: Energy(joules: high),
      provenance: provenance)
  }

  @Test("names its bounds and where it comes from")
  func formats() {
    #expect(
      reading(20.1, 31.2, 44, Self.modelled).formatted == "31.2 J [20.1–44.0] modelled: 2.9–6.1 W/core")
  }

  @Test("is never narrower for having another added, and its bounds stay in order")
  func addsBounds() {
    var generator = SystemRandomNumberGenerator()
    var sum = EnergyReading.zero(Self.measured)
    for _ in 0..<200 {
      let low = Double.random(in: 0...5, using: &generator)
      let energy = low + Double.random(in: 0...5, using: &generator)
      let next = reading(low, energy, energy + Double.random(in: 0...5, using: &generator), Self.measured)
      let before = sum.high - sum.low
      sum += next
      #expect(sum.high - sum.low >= before)
      #expect(sum.low <= sum.energy && sum.energy <= sum.high)
    }
  }

  @Test("keeps its provenance when added to its like")
  func keepsProvenance() {
    #expect((reading(1, 2, 3, Self.measured) + reading(1, 2, 3, Self.measured)).provenance == Self.measured)
  }

  @Test("takes the less trustworthy tier and names both sources once when added to another's")
  func mergesProvenance() {
    var sum = reading(1, 2, 3, Self.measured) + reading(1, 2, 3, Self.modelled)
    sum += reading(1, 2, 3, Self.modelled)
    sum += reading(1, 2, 3, Self.measured)
    #expect(sum.provenance.tier == .modelled)
    #expect(sum.provenance.source == "powercap + power-model")
    #expect(sum.provenance.domains == ["package-0", "core", "dram"])
    #expect(sum.provenance.detail == "RAPL; 2.9–6.1 W/core")
    #expect(sum.energy.joules == 8)
  }

  @Test("scales with its bounds")
  func scales() {
    #expect(reading(1, 2, 4, Self.measured) * 1.5 == reading(1.5, 3, 6, Self.measured))
  }
}
