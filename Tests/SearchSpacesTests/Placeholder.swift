import SearchSpaces
import Testing

@Test func placeholder() {}
