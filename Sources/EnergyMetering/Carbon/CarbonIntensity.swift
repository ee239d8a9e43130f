/// Grams of CO2 equivalent that a region's electricity costs by kilowatt-hour.
///
/// ```swift
/// let germany = try CarbonIntensity(region: "de")
/// germany.emissions(of: Energy(kilowattHours: 2), pue: 1.1).grams   // 757.02
/// ```
public struct CarbonIntensity: Codable, Hashable, Sendable {
  /// ISO 3166 code such as `DE` or `CA-QC`, or `WORLD`.
  public var code: String
  /// Such as `Germany`.
  public var name: String
  /// Grams of CO2 equivalent a kilowatt-hour, over the life cycle of the power stations.
  public var gramsPerKilowattHour: Double
  /// The year of the figure.
  public var year: Int
  /// Who published it.
  public var source: String

  /// The region of a code or name, in any case.
  ///
  /// - Throws: `UnknownRegion`, which names the nearest regions.
  public init(region: String) throws(UnknownRegion) {
    let wanted = Self.normalized(region)
    guard let found = Self.all.first(where: { Self.names(of: $0).contains(wanted) }) else {
      throw UnknownRegion(region: region)
    }
    self = found
  }

  init(_ code: String, _ name: String, _ grams: Double, year: Int, source: String) {
    self.code = code
    self.name = name
    gramsPerKilowattHour = grams
    self.year = year
    self.source = source
  }

  /// The emissions of an amount of energy.
  ///
  /// - Parameter pue: Power usage effectiveness: what the building draws for each joule of the computer's, 1 or more.
  public func emissions(of energy: Energy, pue: Double = 1) -> Emissions {
    let grams = self.grams(of: energy, pue: pue)
    return Emissions(grams: grams, lowGrams: grams, highGrams: grams)
  }

  /// The emissions of a reading, with its bounds; the intensity itself is taken as exact.
  public func emissions(of reading: EnergyReading, pue: Double = 1) -> Emissions {
    Emissions(
      grams: grams(of: reading.energy, pue: pue), lowGrams: grams(of: reading.low, pue: pue),
      highGrams: grams(of: reading.high, pue: pue))
  }

  private func grams(of energy: Energy, pue: Double) -> Double {
    precondition(pue >= 1 && pue.isFinite, "power usage effectiveness is 1 or more")
    return energy.kilowattHours * gramsPerKilowattHour * pue
  }

  private static let ember = "Ember / Our World in Data, CC BY 4.0"

  /// All regions that are known.
  public static let all: [CarbonIntensity] = [
    CarbonIntensity("WORLD", "World", 445, year: 2024, source: ember),
    CarbonIntensity("US", "United States", 383.5, year: 2024, source: ember),
    CarbonIntensity("DE", "Germany", 344.1, year: 2024, source: ember),
    CarbonIntensity("FR", "France", 44.2, year: 2024, source: ember),
    CarbonIntensity("SE", "Sweden", 35.8, year: 2024, source: ember),
    CarbonIntensity("NO", "Norway", 30.7, year: 2024, source: ember),
    CarbonIntensity("PL", "Poland", 615.0, year: 2024, source: ember),
    CarbonIntensity("IN", "India", 708.3, year: 2024, source: ember),
    CarbonIntensity("CN", "China", 559.6, year: 2024, source: ember),
    CarbonIntensity("AU", "Australia", 551.6, year: 2024, source: ember),
    CarbonIntensity("GB", "Great Britain", 210.9, year: 2024, source: ember),
    CarbonIntensity("CA", "Canada", 174.8, year: 2024, source: ember),
    CarbonIntensity("CA-QC", "Quebec", 20, year: 2019, source: "Hydro-Québec"),
    CarbonIntensity("US-IA", "Iowa", 736.6, year: 2019, source: "Lacoste et al. 2019"),
  ]

  private static let aliases: [String: [String]] = [
    "US": ["usa", "united states of america"], "GB": ["uk", "united kingdom", "britain"],
    "CA-QC": ["québec"],
  ]

  /// A name in small letters with single spaces.
  static func normalized(_ name: String) -> String {
    name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The words for a region, in small letters.
  static func names(of region: CarbonIntensity) -> [String] {
    [region.code.lowercased(), region.name.lowercased()] + (aliases[region.code] ?? [])
  }
}
