import Testing

import Reports

@Test func placeholder() {}
