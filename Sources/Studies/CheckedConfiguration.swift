import Datasets
import EnergyMetering
import NeuralNetworks
import Numerics
import SearchSpaces
import SearchStrategies

/// A configuration whose names are known, whose space leads to networks that can be built, if not always, and whose
/// data exist.
public struct CheckedConfiguration: Sendable {
  /// The configuration, with the task's objectives where it names none.
  public let configuration: StudyConfiguration
  /// What the study does.
  public let plan: Study.Plan
  /// The data, split and standardised as the workers will have them.
  public let data: PreparedData
  /// What the data are known by.
  public let dataFingerprint: String
  /// Candidates of the space that cannot be built: they will be failed trials. Nil if none was found.
  public let misfits: Misfits?
  /// The strategy at its start.
  public let strategy: any SearchStrategy

  /// How many candidates are drawn to see whether the space leads to networks that can be built.
  private static let probes = 256

  /// Checks a configuration.
  ///
  /// - Parameter isRecorded: whether the configuration is that of a run, which was checked when it began: candidates are not
  ///   looked at again.
  /// - Throws: ``SearchSpaces/ConfigurationError`` with the place of what is wrong, or ``UnusableDataset``.
  public init(_ configuration: StudyConfiguration, isRecorded: Bool = false) throws {
    do {
      _ = try CarbonIntensity(region: configuration.energy.region)
    } catch {
      throw configuration.error(at: "energy.region", "\(error)")
    }
    let dataset = try configuration.loadDataset()
    dataFingerprint = dataset.fingerprint
    let split = configuration.dataset.split
    do {
      data = try PreparedData(
        dataset, split: SplitFractions(training: split[0], validation: split[1], test: split[2]),
        seed: configuration.search.seed)
    } catch {
      throw configuration.error(at: "dataset.split", "\(error)")
    }
    let configuration = configuration.withObjectives(for: data.task)
    self.configuration = configuration
    try configuration.checkObjectives(for: data.task)
    let parts = PartSizes(
      training: data.training.count, validation: data.validation.count, test: data.test.count)
    let space = try configuration.searchSpace(
      sampleShape: data.sampleShape, task: data.task, estimates: ReferenceEstimates(parts: parts))
    misfits = isRecorded ? nil : try Self.probe(space, configuration, dataset)
    plan = Study.Plan(
      space: space, objectives: configuration.objectives, inferences: configuration.energy.inferences,
      seed: configuration.search.seed, parts: parts,
      trialLimit: configuration.search.trials, budget: configuration.search.budget,
      leastGain: configuration.search.leastGain, repeats: configuration.search.repeats,
      inferenceMeasure: configuration.energy.inferenceMeasure,
      inheritance: configuration.search.strategy.hasParents ? configuration.search.inheritWeights : nil)
    let candidates = try Self.strategy(configuration.search, space: space.choices)
    let estimates = SpaceEstimates(
      space: space, parts: parts, objectives: configuration.objectives,
      inferences: configuration.energy.inferences)
    strategy =
      configuration.search.fidelity.map {
        $0.strategy(over: candidates, estimates: estimates, lookahead: configuration.search.lookahead)
      } ?? candidates
  }

  /// The strategy that a configuration's section asks for, at its start, for whole trainings.
  static func strategy(
    _ search: StudyConfiguration.SearchSection, space: ParameterSpace
  ) throws -> any SearchStrategy {
    let inheritsWeights = search.inheritWeights != nil
    switch search.strategy {
    case .random:
      return RandomSearch(space: space, seed: search.seed)
    case .grid:
      return GridSearch(
        space: space, gridSize: try space.requiredGridSize(),
        order: search.order == .shuffled ? .shuffled : .lexicographic, seed: search.seed)
    case .evolutionary:
      return RegularizedEvolution(
        space: space, seed: search.seed,
        options: RegularizedEvolution.Options(
          population: search.population, sample: search.sample, lookahead: search.lookahead,
          inheritsWeights: inheritsWeights))
    case .sobol:
      return SobolSearch(space: space, seed: search.seed)
    case .nsgaII:
      return NSGAII(
        space: space, seed: search.seed,
        options: NSGAII.Options(
          population: search.population, lookahead: search.lookahead, inheritsWeights: inheritsWeights))
    case .semoa:
      return SEMOA(
        space: space, seed: search.seed,
        options: SEMOA.Options(
          population: search.population, lookahead: search.lookahead, inheritsWeights: inheritsWeights))
    case .motpe:
      return MOTPE(
        space: space, seed: search.seed,
        options: MOTPE.Options(
          startup: search.startup, candidates: search.candidates, lookahead: search.lookahead))
    case .smsEGO:
      return SMSEGO(
        space: space, seed: search.seed,
        options: SMSEGO.Options(startup: search.startup, lookahead: search.lookahead))
    }
  }

  /// Builds the shapes of some candidates, and looks whether values are names where an embedding takes them: what is
  /// impossible for all of them should not be found trial by trial, and what is impossible for some should be known
  /// before.
  ///
  /// - Returns: the part of the candidates that do not fit, and why the first does not; nil if all fit.
  private static func probe(
    _ space: SearchSpace, _ configuration: StudyConfiguration, _ dataset: Dataset
  ) throws -> Misfits? {
    var names: DatasetNames?
    var largestVocabulary = 0
    var stream = RandomStream(seed: 0, purpose: "probe")
    var misfits: Misfits?
    let probes = space.choices.affordableDraws(Self.probes)
    for _ in 0..<probes {
      let candidate = try space.candidate(for: space.choices.sample(using: &stream))
      var problem: String?
      do {
        try candidate.architecture.check(classCount: candidate.training.outputCount(for: space.task))
        if let vocabulary = candidate.architecture.vocabulary {
          let found = names ?? DatasetNames(of: dataset)
          names = found
          if !found.fit(vocabulary: vocabulary) {
            problem =
              "an embedding expected whole numbers in 0 ..< \(vocabulary), got \(found.misfit); enlarge the "
              + "vocabulary, or write the columns' values as 0, 1, 2, …"
          }
        }
      } catch {
        problem = "\(error)"
      }
      guard let problem else { continue }
      misfits = misfits ?? Misfits(example: problem, among: probes)
      misfits?.count += 1
      // Of vocabularies that are all too small the largest tells most.
      if let vocabulary = candidate.architecture.vocabulary, vocabulary > largestVocabulary {
        largestVocabulary = vocabulary
        misfits?.example = problem
      }
    }
    guard let misfits, misfits.count == probes else { return misfits }
    throw configuration.error(at: "architecture", misfits.example)
  }

  /// Candidates that cannot be built for the data.
  public struct Misfits: Sendable {
    /// Why one of them cannot.
    public fileprivate(set) var example: String
    /// How many candidates were drawn.
    private let draws: Int
    /// How many of these cannot.
    fileprivate(set) var count = 0
    /// Their part of the space, estimated from some draws.
    public var share: Double { Double(count) / Double(draws) }

    fileprivate init(example: String, among draws: Int) {
      self.example = example
      self.draws = draws
    }
  }
}

/// How many workers there are, where they run and with which kernels.
public struct WorkerPlan: Sendable {
  /// The number of worker processes.
  public let count: Int
  /// The logical processors that they are pinned to, in turn.
  public let processors: [Int]
  /// The kernel set that OpenBLAS shall use; nil leaves it to OpenBLAS.
  public let blasCore: String?

  /// Whether the kernel set was asked for, by the configuration or the environment.
  public let isBlasCoreAskedFor: Bool

  /// The plan for a machine: by default a worker a physical core, as far as a CPU quota allows, and the fastest kernels
  /// that the processor supports.
  ///
  /// - Parameter limit: more workers than this would have nothing to do.
  public init(
    workers: StudyConfiguration.WorkerCount, blasCore chosenCore: String?, host: HostDescription,
    limit: Int? = nil
  ) {
    let cores = ProcessorAffinity.allowedCores()
    switch workers {
    case .count(let most):
      let wanted = max(1, min(most, limit ?? most))
      count = wanted
      processors = wanted <= cores.count ? Array(cores.prefix(wanted)) : ProcessorAffinity.allowed()
    case .auto:
      let quota = host.cpuQuota.map { max(1, Int($0.rounded(.down))) } ?? cores.count
      count = max(1, min(cores.count, quota, limit ?? .max))
      processors = Array(cores.prefix(count))
    }
    let wantedCore = chosenCore ?? BLASCore.setting
    isBlasCoreAskedFor = wantedCore != nil
    blasCore =
      wantedCore ?? BLASCore.best(forFlags: Set(host.processor.flags), vendor: host.processor.vendor)
  }
}

extension StudyConfiguration {
  /// The data set of the configuration.
  func loadDataset() throws(UnusableDataset) -> Dataset {
    do {
      return try dataset.reference.loadOnce()
    } catch {
      throw UnusableDataset(place: location(of: "dataset"), cause: error)
    }
  }
}
