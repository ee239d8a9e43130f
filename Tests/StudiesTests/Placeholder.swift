import Studies
import Testing

@Test func placeholder() {}
