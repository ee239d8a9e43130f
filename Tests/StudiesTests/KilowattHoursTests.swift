import EnergyMetering
import Numerics
import Studies
import Testing

@Suite("CT")
struct KilowattHoursTests {
  @Test("never falls, and its interval never gets narrower, whatever trials cost", arguments: 1...20)
  func neverFalls(seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: "costs of trials")
    let provenance = EnergyProvenance(source: "counter", domains: [], tier: .attributed, detail: "")
    let readings: [EnergyReading?] = (0..<200).map { _ in
      switch stream.integer(below: 5) {
      case 0: nil
      case 1: .zero(provenance)
      default:
        EnergyReading(
          energy: Energy(joules: stream.uniform(in: 1..<2)), low: Energy(joules: stream.uniform()),
          high: Energy(joules: stream.uniform(in: 2..<1e6)), provenance: provenance)
      }
    }
    let costs = KilowattHours.cumulative(readings)
    #expect(costs.count == readings.count)
    for (earlier, later) in zip([.zero] + costs, costs) {
      #expect(later.estimate >= earlier.estimate && later.low >= earlier.low && later.high >= earlier.high)
      #expect(later.low <= later.estimate && later.estimate <= later.high)
      #expect(later.high - later.low >= (earlier.high - earlier.low) * (1 - 1e-12))
    }
    let joules = readings.reduce(0) { $0 + ($1?.energy.joules ?? 0) }
    #expect(abs((costs.last?.estimate ?? 0) * 3.6e6 - joules) < 1e-9 * joules)
  }
}
