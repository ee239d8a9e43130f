import Testing

import Datasets

@Test func placeholder() {}
