import EnergyMetering
import Foundation

/// Where, or when, the electricity of a life cycle comes from.
public struct CarbonPlace: Sendable {
  /// A short name for tables: the region's code, or `hourly`.
  public let code: String
  /// The name for people.
  public let name: String
  /// The year of the figure, where it is one of a year.
  public let year: Int?
  /// Who published it, or the file.
  public let source: String
  /// EF: the carbon intensity for training and use, in g CO2eq/kWh.
  public let intensity: UncertainValue
  /// The carbon intensity while the search ran, weighted by its energy; nil where it is not known apart.
  public let searchIntensity: UncertainValue?

  /// A region; its figure is taken as exact.
  public init(_ region: CarbonIntensity) {
    code = region.code
    name = region.name
    year = region.year
    source = region.source
    intensity = UncertainValue(exactly: region.gramsPerKilowattHour)
    searchIntensity = nil
  }

  /// The hours of a file: the search at those in which it ran, weighted by its energy, and what comes later at the mean
  /// of all with the least and the greatest as bounds.
  ///
  /// - Parameter uses: when the search used its energy; nil where that is not known.
  public init(_ hours: HourlyIntensity, uses: [(time: DateInterval, energy: Energy)]?) {
    code = "hourly"
    name = hours.path
    year = nil
    source = hours.path
    intensity = hours.spread
    searchIntensity = uses.flatMap(hours.mean).map(UncertainValue.init(exactly:))
  }
}
