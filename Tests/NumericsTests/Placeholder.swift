import Testing

import Numerics

@Test func placeholder() {}
