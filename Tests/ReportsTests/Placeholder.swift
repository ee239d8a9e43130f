import Reports
import Testing

@Test func placeholder() {}
