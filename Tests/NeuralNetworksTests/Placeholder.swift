import NeuralNetworks
import Testing

@Test func placeholder() {}
