import EnergyMetering

extension StudyConfiguration {
  /// The names of search strategies.
  public enum StrategyName: String, Codable, Hashable, CaseIterable, Sendable {
    /// Independent draws.
    case random
    /// Every cell of the grid.
    case grid
    /// Regularised evolution, which follows the first objective.
    case evolutionary
    /// A quasi-random sequence.
    case sobol
    /// Evolution by non-domination rank and crowding distance.
    case nsgaII = "nsga-ii"
    /// Evolution by contributed hypervolume.
    case semoa
    /// The multi-objective tree-structured Parzen estimator.
    case motpe
    /// Gaussian processes and the hypervolume that they let hope for.
    case smsEGO = "sms-ego"
  }

  /// The order in which a grid's cells are visited.
  public enum GridOrder: String, Codable, Hashable, CaseIterable, Sendable {
    /// A random permutation by the study's seed, so that a stopped search is a random sample of the grid.
    case shuffled
    /// By index: the first parameter changes slowest.
    case lexicographic
  }

  /// How the space is searched.
  public struct SearchSection: Hashable, Sendable {
    /// Trials where neither the number of trials nor a budget is given.
    public static let defaultTrials = 60

    /// The strategy.
    public var strategy: StrategyName
    /// The most trials, or nil for no limit but the budget and the grid's end.
    public var trials: Int?
    /// The most energy that the search may take, or nil for no limit.
    public var budget: Energy?
    /// The search ends when the hypervolume that it gains by kWh falls below this, or nil for no such end.
    public var leastGain: Double?
    /// The seed that every random draw of the study comes from.
    public var seed: UInt64
    /// How many trials may be proposed ahead of the trials observed; part of what the seed determines.
    public var lookahead: Int
    /// The order of a grid search.
    public var order: GridOrder
    /// The population of an evolutionary search; the size of a generation where there are generations.
    public var population: Int
    /// How many of the population compete to be a parent in an evolutionary search.
    public var sample: Int
    /// How many trials there are before a strategy with a model makes the first one.
    public var startup: Int
    /// How many candidates a model chooses from for each proposal.
    public var candidates: Int
    /// How random draws are spread over the options of the space.
    public var sampling: Sampling
    /// Trainings of growing length, of which the best go on; nil for whole trainings.
    public var fidelity: FidelitySection?
    /// Children that begin with their parents' weights; nil for initial weights.
    public var inheritWeights: InheritanceSection?
    /// Training near-ties of the front again with other seeds, after the search; nil for not.
    public var repeats: RepeatsSection?

    init(_ node: ConfigurationNode?) throws {
      let node = node ?? .absent
      let reader = try MappingReader(
        node, name: "search",
        keys: [
          "strategy", "trials", "budget", "stop", "seed", "lookahead", "order", "population", "sample",
          "startup", "candidates", "sampling", "fidelity", "inherit-weights", "repeats",
        ])
      strategy = try reader.optional("strategy")?.name("strategy") ?? .evolutionary
      trials = try reader.optional("trials")?.integer("trials", in: 1...1_000_000_000)
      budget = try reader.optional("budget").map {
        try Self.readEnergy($0, key: "budget", example: "2 Wh")
      }
      leastGain = try reader.optional("stop").flatMap { stop in
        try MappingReader(stop, name: "stop", keys: ["gain-per-kwh"]).optional("gain-per-kwh")
          .map { try $0.real("gain-per-kwh", expected: "a number above 0") { $0 > 0 && $0.isFinite } }
      }
      seed = try reader.optional("seed")?.seed() ?? 0
      lookahead = try reader.optional("lookahead")?.integer("lookahead", in: 1...100_000) ?? 8
      order = try reader.optional("order")?.name("order") ?? .shuffled
      population = try reader.optional("population")?.integer("population", in: 2...1_000_000) ?? 16
      let sampleNode = reader.optional("sample")
      sample = try sampleNode?.integer("sample", in: 1...1_000_000) ?? min(4, population)
      if let sampleNode, sample > population {
        throw sampleNode.error("sample: \(sample) is more than the population of \(population)")
      }
      startup = try reader.optional("startup")?.integer("startup", in: 2...1_000_000) ?? 10
      candidates = try reader.optional("candidates")?.integer("candidates", in: 1...100_000) ?? 24
      sampling = try reader.optional("sampling")?.name("sampling") ?? .byOption
      fidelity = try reader.optional("fidelity").map(FidelitySection.init)
      let inheritance = reader.optional("inherit-weights")
      inheritWeights = try inheritance.map(InheritanceSection.init)
      if let inheritance, fidelity != nil {
        throw inheritance.error(
          "inherit-weights: not together with fidelity, whose trainings go on from weights of their own; leave out one "
            + "of the two")
      }
      let repeated = reader.optional("repeats")
      repeats = try repeated.map(RepeatsSection.init)
      if let repeated, inheritWeights != nil {
        throw repeated.error(
          "repeats: not together with inherit-weights, whose networks are the work of several trainings; leave out one of "
            + "the two")
      }
      if trials == nil && budget == nil && strategy != .grid { trials = Self.defaultTrials }
    }

    static func readEnergy(_ node: ConfigurationNode, key: String, example: String) throws -> Energy {
      guard case .scalar(let text, _) = node.content, let energy = try? Energy(parsing: text), energy > .zero
      else {
        throw node.error(
          "\(key): expected an energy above 0 with a unit (\(Energy.unitNames.joined(separator: ", "))), "
            + "such as \(example); got \(node.summary)")
      }
      return energy
    }
  }

  /// The ways to read energy.
  public enum EnergySourceName: String, Codable, Hashable, CaseIterable, Sendable {
    /// The best that the machine offers.
    case auto
    /// The counters of Linux's power capping framework.
    case powercap
    /// The same counters through perf events.
    case perf
    /// The energy sensors of hardware monitoring drivers.
    case hwmon
    /// The machine's batteries while they discharge.
    case battery
    /// A model of watts by CPU time.
    case powerModel = "power-model"

    /// The source of a name; `model` is short for `power-model`.
    public init?(rawValue: String) {
      let name = rawValue == "model" ? Self.powerModel.rawValue : rawValue
      guard let source = Self.allCases.first(where: { $0.rawValue == name }) else { return nil }
      self = source
    }
  }

  /// Whose inferences are measured.
  public enum InferenceMeasure: String, Codable, Hashable, CaseIterable, Sendable {
    /// Those of the front's members, at the end of the search.
    case front
    /// Those of every trial, right after its training.
    case all
    /// Nobody's.
    case none
  }

  /// How energy is metered and accounted.
  public struct EnergySection: Hashable, Sendable {
    /// The source of energy readings.
    public var source: EnergySourceName
    /// The power usage effectiveness: the site's energy over the machines' energy.
    public var pue: Double
    /// The region whose grid's carbon intensity counts; whether it is known is for the caller to check.
    public var region: String
    /// e: the expected number of inferences, which the objective life-cycle energy counts; nil where it is none.
    public var inferences: Double?
    /// Whose inferences are measured; of all where an objective needs it.
    public var inferenceMeasure: InferenceMeasure

    init(_ node: ConfigurationNode?, objectives: [Objective]) throws {
      let reader = try MappingReader(
        node ?? .absent, name: "energy", keys: ["source", "pue", "region", "inferences", "inference"])
      source = try reader.optional("source")?.name("source") ?? .auto
      pue =
        try reader.optional("pue")?.real(
          "pue", expected: "one number from 1 to 100, not a range"
        ) { $0 >= 1 && $0 <= 100 }
        ?? 1
      region =
        try reader.optional("region")?.text("region", expected: "a region, such as DE or World") ?? "World"
      inferences = try Self.readInferences(reader.optional("inferences"), objectives: objectives)
      inferenceMeasure = try Self.readInference(
        reader.optional("inference"), neededBy: objectives.first(where: \.needsInference))
    }

    private static func readInferences(_ node: ConfigurationNode?, objectives: [Objective]) throws -> Double?
    {
      guard let node else { return nil }
      let number = try node.real("inferences", expected: "a number from 1 to 1e30") { 1...1e30 ~= $0 }
      guard objectives.contains(.lifeCycleEnergy) else {
        throw node.error(
          "inferences: nothing uses it, since life-cycle-energy is no objective; leave it out, or add "
            + "{minimize: life-cycle-energy} to the objectives")
      }
      return number
    }

    private static func readInference(
      _ node: ConfigurationNode?, neededBy objective: Objective?
    ) throws -> InferenceMeasure {
      let reader = try MappingReader(node ?? .absent, name: "inference", keys: ["measure"])
      guard let measureNode = reader.optional("measure") else { return objective == nil ? .front : .all }
      let measure = try measureNode.name("measure", of: InferenceMeasure.self)
      if let objective, measure != .all {
        throw measureNode.error(
          "measure: expected all, since \(objective.rawValue) is an objective, got \(measure.rawValue)")
      }
      return measure
    }
  }

  /// How many worker processes run trials.
  public enum WorkerCount: Hashable, Sendable {
    /// As many as the machine has cores for.
    case auto
    /// A number of at least 1.
    case count(Int)
  }

  /// How trials are run.
  public struct ExecutionSection: Hashable, Sendable {
    /// The number of worker processes.
    public var workers: WorkerCount
    /// One trial at a time, whatever the number of workers says: nothing else of the study shares the processor with it.
    public var isExclusive: Bool
    /// The kernels that OpenBLAS is told to use, such as `HASWELL`; nil lets it choose.
    public var blasCore: String?
    /// What a trial may take, and how often it is started again.
    public var limits: TrialLimits
    /// What is asked of a cluster's scheduler; nil where trials run on this machine.
    public var cluster: ClusterSection?

    init(_ node: ConfigurationNode?) throws {
      let reader = try MappingReader(
        node ?? .absent, name: "execution",
        keys: ["workers", "exclusive", "blas-core"] + TrialLimits.keys + ["executor"] + ClusterSection.keys)
      isExclusive = try reader.optional("exclusive").map(Self.readExclusive) ?? false
      workers = try reader.optional("workers").map(Self.readWorkers) ?? .auto
      blasCore = try reader.optional("blas-core").flatMap(Self.readCore)
      limits = try TrialLimits(reader)
      cluster = try Self.readCluster(reader)
    }

    private static func readWorkers(_ node: ConfigurationNode) throws -> WorkerCount {
      switch node.scalar {
      case .text("auto"): return .auto
      case .integer(let count) where (1...1024).contains(count): return .count(count)
      default:
        throw node.error("workers: expected auto or an integer from 1 to 1024, got \(node.summary)")
      }
    }

    private static func readExclusive(_ node: ConfigurationNode) throws -> Bool {
      switch node.scalar {
      case .boolean(let value): return value
      default: throw node.error("exclusive: expected true or false, got \(node.summary)")
      }
    }

    private static func readCore(_ node: ConfigurationNode) throws -> String? {
      let expected = "auto or the name of an OpenBLAS core, such as HASWELL"
      let name = try node.text("blas-core", expected: expected)
      guard name.count <= 40, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      else { throw node.error("blas-core: expected \(expected), got \(node.summary)") }
      return name.lowercased() == "auto" ? nil : name
    }
  }
}

extension ConfigurationNode {
  /// A section that was not written: all its values are defaults, so its place is never shown.
  static let absent = ConfigurationNode(
    content: .mapping([]), place: .file(name: "defaults", line: 1, column: 1))
}
