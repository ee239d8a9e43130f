import SearchStrategies
import Testing

@Test func placeholder() {}
