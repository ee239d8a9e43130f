import NeuralNetworks

extension Candidate {
  /// A name for what is trained: 32 hexadecimal digits that are the same for two candidates exactly when their
  /// canonical architectures and their hyperparameters are, on every platform and in every run.
  ///
  /// It is the 128-bit FNV-1a hash (Fowler, Noll and Vo; RFC 9923) of `canonicalText`. Not meant against an adversary:
  /// among a million honest candidates the probability of a collision is below 10⁻²⁶.
  ///
  /// - Complexity: O(layers).
  public var canonicalHash: String {
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b
    for byte in canonicalText.utf8 {
      hash ^= UInt128(byte)
      hash &*= prime
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// The candidate in one line, every number in its shortest form that reads back to the same bits, such as
  /// `1 [64] dense 32, relu, dense 10; adam 0.9 0.999 1e-08; rate 0.001 cosine; batch 32; epochs 20`.
  ///
  /// The first number is the version of this form.
  public var canonicalText: String {
    let canonical = architecture.canonical
    let layers = Layer.canonicalText(canonical.layers)
    return "1 \(canonical.sampleShape) \(layers); \(training.canonicalText)"
  }
}
