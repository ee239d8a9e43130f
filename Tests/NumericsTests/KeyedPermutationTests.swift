import Numerics
import Testing

@Suite("A keyed permutation")
struct KeyedPermutationTests {
  private func isBijection(_ order: KeyedPermutation) -> Bool {
    var seen = [Bool](repeating: false, count: order.count)
    for position in 0..<order.count {
      let element = order[position]
      guard seen.indices.contains(element), !seen[element] else { return false }
      seen[element] = true
    }
    return true
  }

  @Test("takes each element once, for every count up to 300")
  func smallCounts() {
    for count in 0...300 {
      for seed in UInt64(0)..<3 {
        #expect(isBijection(KeyedPermutation(count: count, seed: seed)), "\(count) elements, seed \(seed)")
      }
    }
  }

  @Test(
    "takes each element once, around powers of two and four", arguments: [4095, 4096, 4097, 8192, 100_003])
  func largeCounts(count: Int) {
    #expect(isBijection(KeyedPermutation(count: count, seed: 7)))
  }

  @Test("stays in range and apart where nobody can list it", arguments: [1_000_000_000_000, 1 << 62, .max])
  func vastCounts(count: Int) {
    let order = KeyedPermutation(count: count, seed: 7)
    let positions = Array(0..<1000) + Array(count - 1000..<count)
    let elements = positions.map { order[$0] }
    #expect(Set(elements).count == 2000)
    #expect(elements.allSatisfy { (0..<count).contains($0) })
    // Spread over the whole range: each tenth gets about 200.
    let tenths = Dictionary(grouping: elements) { $0 / (count / 10 + 1) }.mapValues(\.count)
    #expect(tenths.count == 10)
    #expect(tenths.values.allSatisfy { abs($0 - 200) < 5 * 14 })
  }

  /// The values come from an independent implementation in Python. Changing them makes recorded grid searches
  /// unrepeatable.
  @Test("gives the frozen order of its count and seed")
  func frozenOrders() {
    func elements(_ count: Int, seed: UInt64, _ prefix: Int = 10) -> [Int] {
      let order = KeyedPermutation(count: count, seed: seed)
      return (0..<min(count, prefix)).map { order[$0] }
    }
    #expect(elements(1, seed: 7) == [0])
    #expect(elements(2, seed: 7) == [0, 1])
    #expect(elements(3, seed: 7) == [0, 2, 1])
    #expect(elements(4, seed: 7) == [3, 2, 1, 0])
    #expect(elements(10, seed: 7) == [4, 9, 0, 3, 5, 1, 2, 8, 6, 7])
    #expect(elements(10, seed: 0) == [6, 7, 5, 3, 9, 0, 8, 2, 1, 4])
    #expect(elements(100, seed: 7) == [77, 79, 57, 92, 83, 47, 62, 20, 1, 91])
    #expect(elements(1000, seed: .max) == [141, 151, 862, 543, 8, 57, 843, 683, 882, 431])
    #expect(
      elements(1_000_000_000_000, seed: 7, 4) == [
        10_106_323_563, 368_894_102_094, 390_488_947_923, 577_675_661_310,
      ])
    #expect(KeyedPermutation(count: 1_000_000_000_000, seed: 7)[999_999_999_999] == 573_967_143_622)
    #expect(elements(.max, seed: 7, 2) == [2_877_904_009_794_140_365, 5_191_078_994_372_034_599])
    #expect(KeyedPermutation(count: .max, seed: 7)[.max - 1] == 6_597_315_576_374_240_439)
  }

  /// The bounds are scipy.stats.chi2.ppf(1 - 1e-4, count - 1).
  @Test(
    "begins and ends with each element about as often, over seeds",
    arguments: [(2, 15.1), (3, 18.4), (5, 23.5), (10, 33.7), (64, 113.5), (100, 160.1)])
  func uniformEnds(count: Int, bound: Double) {
    for position in [0, count - 1] {
      var counts = [Double](repeating: 0, count: count)
      for seed in 0..<UInt64(200 * count) {
        counts[KeyedPermutation(count: count, seed: seed)[position]] += 1
      }
      let chiSquare = counts.reduce(0) { $0 + ($1 - 200) * ($1 - 200) / 200 }
      #expect(chiSquare < bound, "position \(position)")
    }
  }

  @Test("gives all 24 orders of four elements about as often")
  func allOrders() {
    var counts: [[Int]: Double] = [:]
    for seed in UInt64(0)..<4800 {
      let order = KeyedPermutation(count: 4, seed: seed)
      counts[(0..<4).map { order[$0] }, default: 0] += 1
    }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0) { $0 + ($1 - 200) * ($1 - 200) / 200 }
    // scipy.stats.chi2.ppf(1 - 1e-4, 23) = 57.1
    #expect(chiSquare < 57.1)
  }

  @Test("keeps hardly any element in place, and neighbours apart")
  func disorder() {
    let count = 100_000
    let order = KeyedPermutation(count: count, seed: 7)
    // Both are Poisson with means 1 and about 2.
    #expect((0..<count).count { order[$0] == $0 } < 10)
    #expect((1..<count).count { abs(order[$0] - order[$0 - 1]) == 1 } < 14)
  }
}
