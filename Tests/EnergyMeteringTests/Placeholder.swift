import Testing

import EnergyMetering

@Test func placeholder() {}
