internal import COpenBLAS

extension OpenBLAS {
  /// Billions of floating-point operations a second of C = A·B in single precision, 1024 × 1024 each: the best of
  /// several products, some tenths of a second in all.
  public static func measureGigaflops() -> Double {
    let size = 1024
    let count = size * size
    var matrices = [Float](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
      for index in 0..<3 * count { buffer.initializeElement(at: index, to: Float(index % 7) - 3) }
      initialized = 3 * count
    }
    var best = Duration.seconds(3600)
    matrices.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for _ in 0..<8 {
        let elapsed = ContinuousClock().measure {
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(size), blasint(size), blasint(size), 1, base,
            blasint(size), base + count, blasint(size), 0, base + 2 * count, blasint(size))
        }
        best = min(best, elapsed)
      }
    }
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
    return 2 * Double(size) * Double(size) * Double(size) / seconds * 1e-9
  }
}
