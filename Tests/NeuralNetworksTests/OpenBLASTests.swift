import CKernels
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
    // By a kernel, which the compiler cannot compute beforehand.
    func halved() -> Float {
      var half: Float = 0
      wattle_multiply(1, [.leastNormalMagnitude], [0.5], &half)
      return half
    }
    let inside = FloatingPointMode.flushingDenormals { halved() }
    #expect(inside == 0)
    #expect(halved() > 0)
  }
}
