/// Joules with a lower and an upper bound; `0 <= low <= joules <= high`.
struct BoundedJoules {
  let joules: Double
  let low: Double
  let high: Double

  init(_ joules: Double, low: Double, high: Double) {
    self.joules = joules
    self.low = low
    self.high = high
  }

  func reading(_ provenance: EnergyProvenance) -> EnergyReading {
    EnergyReading(
      energy: Energy(joules: joules), low: Energy(joules: low), high: Energy(joules: high),
      provenance: provenance)
  }
}
