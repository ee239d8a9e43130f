import Numerics
import Testing

@Test func placeholder() {}
