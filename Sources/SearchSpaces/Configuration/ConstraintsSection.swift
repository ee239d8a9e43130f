import EnergyMetering
import NeuralNetworks

extension StudyConfiguration {
  /// What a candidate may have at most; one that has more is not in the space.
  public struct ConstraintsSection: Hashable, Sendable {
    /// The most weights and biases.
    public var maxParameters: Double?
    /// The most floating-point operations of one forward pass a sample.
    public var maxFlops: Double?
    /// The longest time of one inference at batch 1, by an estimate, in seconds.
    public var maxLatencySeconds: Double?
    /// The most energy of a training, by an estimate.
    public var maxTrainingEnergy: Energy?

    init(_ node: ConfigurationNode?) throws {
      let reader = try MappingReader(
        node ?? .absent, name: "constraints",
        keys: ["max-parameters", "max-flops", "max-latency", "max-training-energy"])
      func count(_ key: String) throws -> Double? {
        try reader.optional(key)?.real(key, expected: "a number of at least 1") { $0 >= 1 }
      }
      maxParameters = try count("max-parameters")
      maxFlops = try count("max-flops")
      maxLatencySeconds = try reader.optional("max-latency").map(Self.readLatency)
      maxTrainingEnergy = try reader.optional("max-training-energy").map(Self.readEnergy)
    }

    private static func readLatency(_ node: ConfigurationNode) throws -> Double {
      guard case .scalar(let text, _) = node.content, let seconds = DurationText.seconds(text), seconds > 0
      else {
        throw node.error(
          "max-latency: expected a time above 0 with a unit (\(DurationText.unitNames)), such as 2 ms; "
            + "got \(node.summary)")
      }
      return seconds
    }

    private static func readEnergy(_ node: ConfigurationNode) throws -> Energy {
      guard case .scalar(let text, _) = node.content, let energy = try? Energy(parsing: text), energy > .zero
      else {
        throw node.error(
          "max-training-energy: expected an energy above 0 with a unit "
            + "(\(Energy.unitNames.joined(separator: ", "))), such as 5 J; got \(node.summary)")
      }
      return energy
    }
  }
}

extension StudyConfiguration.ConstraintsSection {
  /// The constraints as checks of candidates.
  ///
  /// - Throws: ``ConfigurationError`` for one that needs estimates where there are none.
  func limits(
    _ estimates: (any CandidateEstimates)?, place: (String) -> ConfigurationPlace
  ) throws -> [CandidateLimit] {
    func estimated(_ key: String, instead: String) throws -> any CandidateEstimates {
      guard let estimates else {
        throw ConfigurationError(
          place: place(key),
          message: "\(key): needs an estimate of this machine's speed and power, and there is none here; "
            + "use \(instead) instead")
      }
      return estimates
    }
    @Sendable func count(_ value: Double) -> String { ScalarValue.real(value).text }
    var limits: [CandidateLimit] = []
    if let maxParameters {
      limits.append(
        CandidateLimit(
          name: "max-parameters", place: place("max-parameters"), limit: maxParameters,
          measure: .counted { Double($0.parameters) }, text: count))
    }
    if let maxFlops {
      limits.append(
        CandidateLimit(
          name: "max-flops", place: place("max-flops"), limit: maxFlops,
          measure: .counted { Double($0.forwardFlopsPerSample) }, text: count))
    }
    if let maxLatencySeconds {
      let estimates = try estimated("max-latency", instead: "max-flops")
      limits.append(
        CandidateLimit(
          name: "max-latency", place: place("max-latency"), limit: maxLatencySeconds,
          measure: .estimated { estimates.latencySeconds(of: $0, costs: $1) }, text: DurationText.text))
    }
    if let maxTrainingEnergy {
      let estimates = try estimated("max-training-energy", instead: "max-flops and fewer epochs")
      limits.append(
        CandidateLimit(
          name: "max-training-energy", place: place("max-training-energy"), limit: maxTrainingEnergy.joules,
          measure: .estimated { estimates.trainingEnergy(of: $0, costs: $1).joules },
          text: { Energy(joules: $0).text }))
    }
    return limits
  }

  /// The section as a pair of the resolved configuration; none where nothing is constrained.
  var resolved: [(String, ResolvedNode)] {
    var pairs: [(String, ResolvedNode)] = []
    if let maxParameters { pairs.append(("max-parameters", .real(maxParameters))) }
    if let maxFlops { pairs.append(("max-flops", .real(maxFlops))) }
    if let maxLatencySeconds { pairs.append(("max-latency", .text(DurationText.text(maxLatencySeconds)))) }
    if let maxTrainingEnergy { pairs.append(("max-training-energy", .text(maxTrainingEnergy.text))) }
    return pairs.isEmpty ? [] : [("constraints", .mapping(pairs))]
  }
}
