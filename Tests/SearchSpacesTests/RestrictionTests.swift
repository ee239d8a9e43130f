import EnergyMetering
import Foundation
import NeuralNetworks
import Numerics
import SearchSpaces
import Testing
import Training

@Suite struct RestrictionTests {
  /// 3 · 3 points, of which tanh with 4 or 8 units is left out.
  private static let excluding = "unless: [{activation: tanh, dense.units: [4, 8]}]"
  private static let layers =
    "  - dense: {units: {choice: [4, 8, 16]}}\n  - activation: {choice: [relu, gelu, tanh]}"

  @Test func `excluded combinations are no points, and are not counted`() throws {
    let space = try makeSpace(layers: Self.layers, sections: Self.excluding)
    #expect(space.choices.size == .finite(7))
    #expect(try space.choices.requiredGridSize() == 9)
    let allowed = try cells(space).filter(space.choices.allows)
    #expect(allowed.count == 7)
    for point in try cells(space) {
      let isExcluded = point["activation"]?.text == "tanh" && point["dense.units"]?.text != "16"
      #expect(space.choices.contains(point) == !isExcluded)
      if isExcluded {
        let error = #expect(throws: AssignmentError.self) { try space.candidate(for: point) }
        #expect(error?.description == "activation, dense.units: excluded by unless at s.yaml:12:10")
      }
    }
  }

  @Test func `all that hands out points hands out allowed ones`() throws {
    let space = try makeSpace(layers: Self.layers, sections: Self.excluding)
    var stream = stream("restricted")
    let all = try cells(space)
    var mutated: Set<Assignment> = []
    for index in 0..<900 {
      let first = all[index % 9]
      let second = all[(index / 9) % 9]
      for point in [
        space.choices.sample(using: &stream), space.choices.crossover(first, second, using: &stream),
        space.choices.completing(first, using: &stream),
      ] { #expect(space.choices.contains(point)) }
      let next = space.choices.mutate(first, using: &stream)
      #expect(space.choices.contains(next) && next != first)
      mutated.insert(next)
    }
    #expect(mutated.count == 7)
  }

  @Test func `a mutation leaves a point whose neighbours are all excluded`() throws {
    // Only both 4 or both 8: no single change leads from one to the other.
    let space = try makeSpace(
      layers: "  - dense: {units: {choice: [4, 8]}}\n  - dense: {units: {choice: [4, 8]}}",
      sections: "unless: [{dense.units: 4, dense2.units: 8}, {dense.units: 8, dense2.units: 4}]")
    var stream = stream("far")
    var point = space.choices.sample(using: &stream)
    for _ in 0..<50 {
      let next = space.choices.mutate(point, using: &stream)
      #expect(next != point && space.choices.contains(next))
      point = next
    }
  }

  /// One in 40,000 draws is left, so that nearly all points come from the list of allowed cells.
  @Test func `where nearly all draws are excluded, those that are left keep their probabilities`() throws {
    let none = (1...200).filter { $0 != 100 }.map(String.init).joined(separator: ", ")
    let space = try makeSpace(
      layers:
        "  - dense: {units: {int: [1, 200]}}\n  - choice: [none, choice: [layer-norm, batch-norm, dropout: {rate: 0.1}]]",
      training: ["epochs": "{int: [1, 200]}"],
      sections: "unless:\n  - {dense.units: [\(none)]}\n  - {epochs: [\(none)]}")
    #expect(space.choices.size == .finite(4))
    var stream = stream("rare")
    var counts: [String: Int] = [:]
    for _ in 0..<1000 {
      let point = space.choices.sample(using: &stream)
      #expect(point["dense.units"] == .integer(100) && point["epochs"] == .integer(100))
      counts[point["choice.choice"]?.text ?? "none", default: 0] += 1
    }
    // By options: a half for none and a sixth for each of the others; five standard deviations.
    #expect(counts.count == 4)
    #expect(abs((counts["none"] ?? 0) - 500) < 80)
    #expect(abs((counts["layer-norm"] ?? 0) - 167) < 60)
  }

  @Test func `parameters and FLOPs are limited before training`() throws {
    // 4 values, n units, 3 classes: 5n + 3(n + 1) parameters; 2·4·n + n + 2·n·3 + 3 FLOPs.
    for (constraint, largest) in [("max-parameters: 83", 10), ("max-flops: 1.6e2", 10)] {
      let space = try makeSpace(
        layers: "  - dense: {units: {int: [1, 40]}}", sections: "constraints: {\(constraint)}")
      #expect(space.choices.size == .finite(largest))
      for units in [1, largest, largest + 1, 40] {
        let point = Assignment(values: ["dense.units": .integer(units)])
        #expect(space.choices.contains(point) == (units <= largest))
      }
    }
    let space = try makeSpace(
      layers: "  - dense: {units: {int: [1, 40]}}", sections: "constraints: {max-parameters: 83}")
    let error = #expect(throws: AssignmentError.self) {
      try space.candidate(for: Assignment(values: ["dense.units": .integer(11)]))
    }
    #expect(error?.description == "max-parameters: expected at most 83, got 91")
  }

  /// A nanosecond a FLOP, a microjoule a parameter and epoch.
  private struct Estimates: CandidateEstimates {
    func latencySeconds(of candidate: Candidate, costs: ArchitectureCosts) -> Double {
      1e-9 * Double(costs.forwardFlopsPerSample)
    }
    func trainingEnergy(of candidate: Candidate, costs: ArchitectureCosts) -> Energy {
      Energy(joules: 1e-6 * Double(costs.parameters * candidate.training.epochs))
    }
  }

  @Test func `latency and training energy are limited by estimates`() throws {
    let layers = "  - dense: {units: {int: [1, 40]}}"
    let fast = try makeSpace(
      layers: layers, sections: "constraints: {max-latency: 160 ns}", estimates: Estimates())
    #expect(fast.choices.size == .finite(10))
    // 5 epochs of 8n + 3 parameters: at most 500 µJ for n ≤ 12.
    let frugal = try makeSpace(
      layers: layers, sections: "constraints: {max-training-energy: 0.0005 J}", estimates: Estimates())
    #expect(frugal.choices.size == .finite(12))
  }

  @Test(
    arguments: [
      (
        "constraints: {max-latency: 2 ms}",
        "12:28: max-latency: needs an estimate of this machine's speed and power,"
      ),
      ("constraints: {max-training-energy: 5 J}", "12:36: max-training-energy: needs an estimate"),
      (
        "constraints: {max-latency: 2}",
        "12:28: max-latency: expected a time above 0 with a unit (s, ms, us, µs, ns), such as 2 ms; got 2"
      ),
      ("constraints: {max-latency: -2 ms}", "12:28: max-latency: expected a time above 0"),
      (
        "constraints: {max-training-energy: 5 W}",
        "12:36: max-training-energy: expected an energy above 0 with a unit"
      ),
      ("constraints: {max-parameters: 0}", "12:31: max-parameters: expected a number of at least 1, got 0"),
      (
        "constraints: {max-params: 5}",
        "12:15: unknown key 'max-params' in constraints; did you mean 'max-parameters'?"
      ),
      (
        "constraints: {max-parameters: 26}",
        "12:31: max-parameters: no candidate was found that meets it; the nearest has 35, the limit is 26; raise it or offer smaller networks"
      ),
      (
        "constraints: {max-parameters: 40, max-flops: 10}",
        "12:46: max-flops: no candidate was found that meets it; the nearest has 67"
      ),
      ("unless: {activation: relu}", "12:9: unless: expected a list such as [{"),
      ("unless: [{}]", "12:10: unless: expected parameters with their values, got a mapping"),
      ("unless: [{activation: relo}]", "12:23: unless: activation cannot be relo; did you mean 'relu'?"),
      (
        "unless: [{activatio: relu}]",
        "12:11: unless: unknown parameter 'activatio'; did you mean 'activation'?"
      ),
      (
        "unless: [{learning-rate: 0.1}]",
        "12:11: unless: unknown parameter 'learning-rate'; known parameters: dense.units, activation"
      ),
      (
        "unless: [{activation: [relu, gelu, tanh]}]",
        "12:10: unless: no candidate is left; leave out an entry or some of its values"
      ),
    ])
  func `restrictions that cannot be are errors with their place`(_ section: String, _ expected: String) {
    let error = spaceError(layers: Self.layers, sections: section)
    #expect(error?.hasPrefix("s.yaml:" + expected) == true, "\(error ?? "no error")")
  }

  @Test func `a space too large to count says that its size is a bound`() throws {
    let layers = (0..<4).map { _ in "  - dense: {units: {int: [1, 100]}}" }.joined(separator: "\n")
    let space = try makeSpace(layers: layers, sections: "constraints: {max-parameters: 200}")
    #expect(space.choices.size == .atMost(100_000_000))
    var stream = stream("large")
    // A draw keeps the limit with a probability below 10⁻⁵: a random walk takes over, and still finds different points.
    var seen: Set<Assignment> = []
    for _ in 0..<20 {
      let point = space.choices.sample(using: &stream)
      #expect(try space.candidate(for: point).architecture.costs().parameters <= 200)
      seen.insert(point)
    }
    #expect(seen.count > 10)
  }

  @Test func `a constraint on a continuous space is met by steps where draws fail`() throws {
    let layers = (0..<4).map { _ in "  - dense: {units: {int: [1, 1000]}}" }.joined(separator: "\n")
    let training = ["learning-rate": "{float: [0.001, 0.1]}"]
    let space = try makeSpace(
      layers: layers, training: training, sections: "constraints: {max-parameters: 100}")
    #expect(space.choices.size == .continuous)
    var stream = stream("continuous")
    #expect(space.choices.contains(space.choices.sample(using: &stream)))
    let error = spaceError(layers: layers, training: training, sections: "constraints: {max-parameters: 10}")
    #expect(error?.contains("max-parameters: no candidate was found that meets it; the nearest has ") == true)
  }

  @Test func `networks that cannot be built meet no constraint`() throws {
    let layers = "  - choice: [dropout: {rate: 0.1}, conv2d: {filters: 2, kernel: 3}]"
    let space = try makeSpace(layers: layers, sections: "constraints: {max-parameters: 1000}")
    #expect(space.choices.size == .finite(1))
    let error = spaceError(
      layers: "  - conv2d: {filters: {choice: [2, 4]}, kernel: 3}",
      sections: "constraints: {max-parameters: 1000}")
    #expect(error?.hasPrefix("s.yaml:4:3: architecture: ") == true, "\(error ?? "no error")")
  }

  @Test func `blocks, conditions and restrictions are in the resolved configuration`() throws {
    let configuration = try makeConfiguration(
      blocks:
        "  stem: [dense: {units: {choice: [4, 8]}}, activation: {choice: [relu, tanh]}]\n  norm: [layer-norm]",
      layers: """
          - block: {name: stem, share: true}
          - repeat: {times: 2, layers: [block: stem, choice: [none, block: norm]]}
          - when: {stem.activation: [relu], "repeat[1].choice": [none, norm], layers: [block: norm, dropout: {rate: 0.5}]}
        """,
      sections: """
        unless:
          - repeat[1].stem.dense.units: 4
            repeat[2].stem.dense.units: [8]
        constraints: {max-parameters: 1e6, max-flops: 123.5, max-latency: 1.5 us, max-training-energy: 2 Wh}
        search: {sampling: by-leaf}
        """)
    let text = configuration.resolvedYAML
    let again = try StudyConfiguration(yaml: text, fileName: "config.yaml")
    #expect(again == configuration)
    #expect(again.resolvedYAML == text)
    #expect(again.constraints.maxLatencySeconds == 1.5e-6 && again.search.sampling == .byLeaf)
    #expect(
      text.contains(
        "constraints:\n  max-parameters: 1000000\n  max-flops: 123.5\n  max-latency: 1.5 us\n  max-training-energy: 2 Wh\n"
      ))
    for line in ["unless: [{\"repeat[1].stem.dense.units\": 8}]", "constraints: {max-flops: 5}"] {
      let other = try makeConfiguration(
        blocks: "  stem: [dense: {units: {choice: [4, 8]}}]",
        layers: "  - repeat: {times: 2, layers: [block: stem]}", sections: line)
      let plain = try makeConfiguration(
        blocks: "  stem: [dense: {units: {choice: [4, 8]}}]",
        layers: "  - repeat: {times: 2, layers: [block: stem]}")
      #expect(other != plain)
    }
  }
}
