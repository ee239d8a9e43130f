import EnergyMetering
import SearchSpaces
import Studies
import Testing

@Suite("A comparison")
struct ComparisonTests {
  /// Objectives 1 − accuracy and energy, up to (1, 10).
  private let setting = Comparison.Setting(
    quality: QualityAxis(.accuracy), objectives: ["accuracy", "training-energy"], reference: [1, 10])

  private func completed(_ cost: Double, _ accuracy: Double) -> ComparedSearch.Step {
    .init(state: .completed, cost: cost, goodness: accuracy, losses: [1 - accuracy, cost])
  }

  private func failed(_ cost: Double) -> ComparedSearch.Step { .init(state: .failed, cost: cost) }

  /// Of a: 0.9 after 2 + 3 + 5 = 10, and after 8. Of b: after 4, and never in 12.
  private var searches: [ComparedSearch] {
    [
      ComparedSearch(strategy: "a", seed: 1, steps: [completed(2, 0.5), failed(3), completed(5, 0.875)]),
      ComparedSearch(strategy: "a", seed: 2, steps: [failed(4), completed(4, 0.875)]),
      ComparedSearch(strategy: "b", seed: 1, steps: [completed(4, 0.875), completed(4, 0.75)]),
      ComparedSearch(strategy: "b", seed: 2, steps: [completed(3, 0.5), completed(9, 0.75)]),
    ]
  }

  @Test("counts what was spent up to the first trial that reached the target, failed trials included")
  func costs() {
    let comparison = Comparison(searches, setting, target: .quality(0.875))
    #expect(comparison.entries.map { $0.toTarget?.cost } == [10, 8, 4, nil])
    #expect(comparison.entries.map { $0.toTarget?.trials } == [3, 2, 1, nil])
    #expect(comparison.entries.map(\.best) == [0.875, 0.875, 0.875, 0.75])
    #expect(comparison.entries.map(\.cost) == [10, 8, 8, 12])
    #expect(comparison.equalCost == 8)
    #expect(comparison.medianCostToTarget(of: "a") == 9)
    // One of two reached it, and the other is known up to 12 only.
    #expect(comparison.medianCostToTarget(of: "b") == nil)
    #expect(comparison.cheapest == "a")
    let cost = comparison.costToTarget(of: "b")
    #expect(cost.reached == 1 && cost.low == 4 && cost.high == .infinity)
  }

  @Test("takes the hypervolume against the common reference point, as a share of the largest")
  func hypervolumes() throws {
    let comparison = Comparison(searches, setting, target: .hypervolume(0.8))
    // a, 1: ½ · 8 after 2, and ⅞ · 5 + ½ · 3 after 10. a, 2: ⅞ · 6. b, 1: ⅞ · 6. b, 2: ½ · 7 after 3, ½ · 7 + ¼ · 1 after 12.
    #expect(comparison.entries.map(\.hypervolume) == [5.875, 5.25, 5.25, 3.75])
    // All together: ⅞ · 6 + ½ · 2.
    #expect(comparison.setting.largestHypervolume == 6.25)
    #expect(comparison.entries.map { $0.hypervolumeCurve.value(at: 8) } == [4, 5.25, 5.25, 3.5])
    #expect(comparison.share(ofHypervolume: 5.25) == 0.84)
    #expect(comparison.boxShare(ofHypervolume: 5.25) == 0.525)
    #expect(comparison.entries.map { $0.toTarget?.cost } == [10, 8, 4, nil])
  }

  @Test("holds strategies against each other by pairs and by ranks")
  func contests() {
    let contest = Comparison(searches, setting, target: .quality(0.875)).contest("a", "b")
    // 10 against 4, 8 against never: of the four pairs of any seeds a is cheaper in the two with never.
    #expect(contest.wins == 1 && contest.losses == 1)
    #expect(contest.effectSize == 0.5 && contest.pValue == 1)
    // At 8 a has 4 and 5.25, b has 5.25 and 3.5: one smaller, two larger, one equal.
    #expect(contest.hypervolumeEffectSize == 0.625)
    #expect(contest.difference.estimate == -.infinity)
    let turned = Comparison(searches, setting, target: .quality(0.5)).contest("b", "a")
    // All reach ½: a after 2 and 8, b after 4 and 3. The medians are 5 and 3.5; b is cheaper in 2 of 4 pairs.
    #expect(turned.difference.estimate == -1.5 && turned.effectSize == 0.5)
  }

  @Test("draws medians and bands at common costs, up to the least whole cost")
  func curves() throws {
    let comparison = Comparison(searches, setting, target: nil)
    let points = ComparisonCurves(comparison, count: 3).points
    // From the cheapest first trial, 2, to 8 in equal ratios; two strategies, two measures.
    #expect(points.count == 12)
    for (point, cost) in zip(points, [2.0, 4, 8, 2, 4, 8]) { #expect(abs(point.cost - cost) < 1e-12) }
    #expect(points.map(\.strategy) == Array(repeating: "a", count: 6) + Array(repeating: "b", count: 6))
    // Shares of 6.25. At 8, a has 4 and 5.25; the quantiles are linear in between.
    let last = try #require(points.first { $0.strategy == "a" && $0.cost == 8 })
    #expect(last.searches == 2)
    for (value, volume) in zip(last.quantiles, [4.125, 4.3125, 4.625, 4.9375, 5.125]) {
      #expect(abs(value - volume / 6.25) < 1e-12)
    }
    // At 2, the second search of a has nothing yet: a hypervolume of 0, and no accuracy.
    #expect(abs(points[0].quantiles[2] - 2 / 6.25) < 1e-12)
    #expect(points[3].measure == .quality(QualityAxis(.accuracy)))
    #expect(points[3].quantiles[2] == -.infinity)
    for (value, accuracy) in zip(points[5].quantiles, [0.5375, 0.59375, 0.6875, 0.78125, 0.8375]) {
      #expect(abs(value - accuracy) < 1e-12)
    }
  }

  @Test("takes a target that the median search of every strategy reaches where none is given")
  func defaultTargets() {
    // The lower middle of b's 0.75 and 0.875.
    #expect(Comparison(searches, setting, target: nil).target == .quality(0.75))
    var blind = setting
    blind.quality = nil
    // Of a 5.25 and of b 3.75, as shares of 6.25.
    #expect(Comparison(searches, blind, target: nil).target == .hypervolume(0.6))
  }

  @Test("knows which way a loss is better")
  func losses() {
    var setting = setting
    setting.quality = .loss
    func step(_ cost: Double, _ loss: Double) -> ComparedSearch.Step {
      .init(state: .completed, cost: cost, goodness: -loss, losses: [loss, cost])
    }
    let search = ComparedSearch(strategy: "a", seed: 1, steps: [step(1, 0.5), step(2, 0.25), step(1, 0.75)])
    let comparison = Comparison([search], setting, target: .quality(0.3))
    #expect(comparison.entries[0].best == 0.25)
    #expect(comparison.entries[0].toTarget?.cost == 3)
  }
}
