import Testing

import SearchSpaces

@Test func placeholder() {}
