import Foundation
import Numerics
import Testing

/// The golden values come from an independent implementation in Python of xoshiro256**, SplitMix64, FNV-1a,
/// the polar method, Marsaglia and Tsang's gamma and Lemire's integers. Changing them makes recorded studies
/// unrepeatable.
@Suite("A random stream")
struct RandomStreamTests {
  private func golden() -> RandomStream { RandomStream(seed: 7, trial: 12, purpose: "weights") }

  @Test("gives the frozen bits of its key")
  func frozenBits() {
    var stream = golden()
    #expect(
      (0..<4).map { _ in stream.next() } == [
        0x4f7d_3ad7_1165_1bb5, 0x5479_304e_4bd6_2ca0, 0x23aa_1f39_63bd_5a02, 0x4e34_878f_52ed_d40e,
      ])
    var split = RandomStream(seed: 0, purpose: "split")
    #expect(
      (0..<4).map { _ in split.next() } == [
        0x3107_5927_fd17_1d0e, 0xef48_3d8f_603c_1b77, 0xc160_6777_a0f5_bf42, 0xbbe9_4c05_c0c3_7965,
      ])
    var extreme = RandomStream(seed: .max, trial: -1, purpose: "")
    #expect(
      (0..<4).map { _ in extreme.next() } == [
        0x090a_7435_bc8e_15be, 0x49f9_ae48_8917_d271, 0xce36_ff67_d08b_1989, 0x7a89_fce7_c788_7902,
      ])
  }

  @Test("goes on from where it was written as if it had not been")
  func coding() throws {
    var stream = RandomStream(seed: .max, trial: 3, purpose: "batches")
    for _ in 0..<5 { _ = stream.next() }
    let text = try JSONEncoder().encode([stream])
    #expect(text.count == 64 + 4)
    var read = try #require(try JSONDecoder().decode([RandomStream].self, from: text).first)
    #expect(read == stream)
    for _ in 0..<5 { #expect(read.next() == stream.next()) }
    #expect(read == stream)
    let zeros = String(repeating: "0", count: 64)
    for wrong in [zeros, "", "1", zeros.dropLast() + "g", zeros + "1"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([RandomStream].self, from: Data("[\"\(wrong)\"]".utf8))
      }
    }
  }

  @Test("gives the frozen uniform numbers, integers and order of its key")
  func frozenDerivedDraws() {
    var uniform = golden()
    #expect(
      (0..<3).map { _ in uniform.uniform() } == [
        0.3105046057766184, 0.32997419272927486, 0.13931460524667238,
      ])
    var integers = golden()
    #expect((0..<8).map { _ in integers.integer(below: 10) } == [3, 3, 1, 3, 0, 2, 7, 6])
    var shuffler = golden()
    var elements = Array(0..<10)
    shuffler.shuffle(&elements)
    #expect(elements == [5, 9, 4, 6, 7, 0, 8, 1, 2, 3])
  }

  @Test("gives the frozen normal, gamma and beta draws of its key")
  func frozenDistributions() {
    var normal = golden()
    expect(
      (0..<3).map { _ in normal.normal() },
      near: [-1.2229740336722599, -0.7852009356907598, -0.4810044902201312])
    var gamma = golden()
    expect(
      [2.5, 0.5, 1].map { gamma.gamma(shape: $0) },
      near: [0.8190279955900036, 0.34749528144885833, 1.7469388489232838])
    var beta = golden()
    expect(
      [(300, 60), (0.5, 0.5), (1, 1)].map { beta.beta($0, $1) },
      near: [0.8288680225335084, 0.27102945889935043, 0.5949796856050091])
  }

  @Test("is uniform in 64 equal bins", arguments: ["weights", "batches"])
  func uniformity(purpose: String) {
    var stream = RandomStream(seed: 1, purpose: purpose)
    var bins = [Double](repeating: 0, count: 64)
    for _ in 0..<64_000 { bins[Int(stream.uniform() * 64)] += 1 }
    let chiSquare = bins.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 }
    // scipy.stats.chi2.ppf([1e-4, 1 - 1e-4], 63) = 29.5, 113.5
    #expect((29.5...113.5).contains(chiSquare))
  }

  @Test("draws integers below the bound without favouring any")
  func unbiasedIntegers() {
    var stream = RandomStream(seed: 2, purpose: "integers")
    var counts = [Double](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
    let chiSquare = counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
    // scipy.stats.chi2.ppf(1 - 1e-4, 6) = 27.9
    #expect(chiSquare < 27.9)
  }

  @Test("stays below the excluded bound where the sum would round up to it")
  func excludedBound() {
    var stream = RandomStream(seed: 3, purpose: "bound")
    let range = 1.0..<1.0.nextUp
    #expect((0..<100).allSatisfy { _ in range.contains(stream.uniform(in: range)) })
  }

  @Test("of another seed, trial or purpose is uncorrelated")
  func independentKeys() {
    let keys: [(UInt64, Int, String)] = [
      (1, 0, "a"), (2, 0, "a"), (1, 1, "a"), (1, 0, "b"), (0, 1, "a"), (1 << 63, 0, "a"), (1, -1, "a"),
      (1, 0, "aa"),
    ]
    let count = 20_000
    let draws = keys.map { key in
      var stream = RandomStream(seed: key.0, trial: key.1, purpose: key.2)
      return (0..<count).map { _ in stream.uniform() - 0.5 }
    }
    for first in draws.indices {
      for second in draws.indices where second > first {
        let covariance = zip(draws[first], draws[second]).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        // Five standard errors of a correlation of 0.
        #expect(abs(covariance * 12) < 5 / Double(count).squareRoot(), "\(keys[first]) and \(keys[second])")
      }
    }
  }

  @Test("draws normal, gamma and beta numbers with their means and variances")
  func moments() {
    var stream = RandomStream(seed: 4, purpose: "moments")
    let count = 100_000
    func moments(_ draw: (inout RandomStream) -> Double) -> (mean: Double, variance: Double) {
      let values = (0..<count).map { _ in draw(&stream) }
      let deviation = Statistics.standardDeviation(values)
      return (Statistics.mean(values), deviation * deviation)
    }
    let normal = moments { $0.normal() }
    #expect(abs(normal.mean) < 0.016 && abs(normal.variance - 1) < 0.03)
    for shape in [0.3, 1, 4.5, 200] {
      let gamma = moments { $0.gamma(shape: shape) }
      #expect(abs(gamma.mean - shape) < 5 * (shape / Double(count)).squareRoot())
      #expect(abs(gamma.variance / shape - 1) < 0.1)
    }
    for (alpha, beta) in [(1.0, 1.0), (341, 20), (0.5, 2)] {
      let draws = moments { $0.beta(alpha, beta) }
      let mean = alpha / (alpha + beta)
      let variance = mean * (1 - mean) / (alpha + beta + 1)
      #expect(abs(draws.mean - mean) < 5 * (variance / Double(count)).squareRoot())
      #expect(abs(draws.variance / variance - 1) < 0.05)
    }
  }

  private func expect(
    _ values: [Double], near expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: sourceLocation)
    for (value, expectation) in zip(values, expected) {
      // The C library's logarithm may differ in the last bit between platforms.
      #expect(abs(value - expectation) <= 1e-13 * abs(expectation), sourceLocation: sourceLocation)
    }
  }
}
