import Testing

import ParetoAnalysis

@Test func placeholder() {}
