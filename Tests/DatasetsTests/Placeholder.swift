import Datasets
import Testing

@Test func placeholder() {}
