import EnergyMetering
import Testing

@Suite("Carbon intensity")
struct CarbonIntensityTests {
  @Test(
    "is found by code or name in any case",
    arguments: [
      ("DE", 344.1), ("de", 344.1), ("germany", 344.1), ("FR", 44.2), ("World", 445), ("us", 383.5),
      ("usa", 383.5),
      ("Sweden", 35.8), ("NO", 30.7), ("PL", 615), ("India", 708.3), ("cn", 559.6), ("AU", 551.6),
      ("great  britain", 210.9), ("UK", 210.9), ("CA", 174.8), ("quebec", 20), ("CA-QC", 20), ("Iowa", 736.6),
    ] as [(String, Double)])
  func finds(region: String, grams: Double) throws {
    #expect(try CarbonIntensity(region: region).gramsPerKilowattHour == grams)
  }

  @Test("names the year and the publisher of each figure", arguments: CarbonIntensity.all)
  func sources(region: CarbonIntensity) {
    #expect(region.year >= 2019 && !region.source.isEmpty)
  }

  @Test("suggests the region that was nearly written")
  func suggests() {
    let error = #expect(throws: UnknownRegion.self) { try CarbonIntensity(region: "Germny") }
    #expect(error?.suggestion?.code == "DE")
    #expect(error?.description.contains("did you mean Germany (DE)") == true)
  }

  @Test("lists the regions when nothing is near", arguments: ["Atlantis", "XX", ""])
  func lists(region: String) {
    let error = #expect(throws: UnknownRegion.self) { try CarbonIntensity(region: region) }
    #expect(error?.description.contains("FR (France)") == true)
  }

  @Test("turns energy with its bounds into grams")
  func emissions() throws {
    let germany = try CarbonIntensity(region: "DE")
    #expect(germany.emissions(of: Energy(kilowattHours: 2), pue: 1.1).grams.isNear(757.02))
    let reading = EnergyReading(
      energy: Energy(kilowattHours: 2), low: Energy(kilowattHours: 1), high: Energy(kilowattHours: 4),
      provenance: EnergyReadingTests.measured)
    let emissions = germany.emissions(of: reading)
    #expect(emissions.lowGrams.isNear(344.1) && emissions.highGrams.isNear(1_376.4))
  }
}
