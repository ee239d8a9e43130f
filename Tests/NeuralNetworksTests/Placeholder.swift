import Testing

import NeuralNetworks

@Test func placeholder() {}
