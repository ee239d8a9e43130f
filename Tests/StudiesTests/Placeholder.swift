import Testing

import Studies

@Test func placeholder() {}
