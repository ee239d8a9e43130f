import ParetoAnalysis
import Testing

@Test func placeholder() {}
