import Testing

import SearchStrategies

@Test func placeholder() {}
