import NeuralNetworks
import Testing

@Suite("OpenBLAS")
struct OpenBLASTests {
  @Test("Products are OpenBLAS's, not those of another library of the process")
  func library() throws {
    let path = try #require(OpenBLAS.libraryPath)
    #expect(path.contains("openblas"))
    #expect(OpenBLAS.configuration.contains("OpenBLAS"))
    #expect(!OpenBLAS.coreName.isEmpty)
  }

  @Test("Denormal numbers are flushed inside and only inside")
  func denormals() {
    func half(_ value: Float) -> Float { value / 2 }
    let smallest = Float.leastNormalMagnitude
    let inside = FloatingPointMode.flushingDenormals { half(smallest) }
    #expect(inside == 0)
    #expect(half(smallest) > 0)
  }
}
