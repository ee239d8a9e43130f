import EnergyMetering
import Testing

@Test func placeholder() {}
