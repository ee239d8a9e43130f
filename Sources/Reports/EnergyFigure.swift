import EnergyMetering

/// An energy reading in JSON: joules with bounds and where they come from.
struct EnergyFigure: Encodable, Sendable {
  var joules: Double
  var lowJoules: Double
  var highJoules: Double
  var source: String
  var domains: [String]
  var tier: EnergyTier
  var detail: String

  init(_ reading: EnergyReading) {
    joules = reading.energy.joules
    lowJoules = reading.low.joules
    highJoules = reading.high.joules
    source = reading.provenance.source
    domains = reading.provenance.domains
    tier = reading.provenance.tier
    detail = reading.provenance.detail
  }
}
