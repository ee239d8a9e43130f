/// A model that was fitted on one machine, to be used on machines of the same processor family that have no counter.
///
/// Its coded form is the JSON file that `wattle calibrate` writes, with keys in snake case.
public struct EnergyProfile: Codable, Hashable, Sendable {
  /// The file's form; 1.
  public var format = 1
  /// The version of the program that fitted it.
  public var programVersion: String
  /// When it was fitted, such as `2026-01-31T12:00:00Z`.
  public var date: String
  /// The processor that it was fitted on.
  public var processor: ProcessorIdentity
  /// The processor's family, such as `Sapphire Rapids`.
  public var family: String
  /// The machine's physical cores.
  public var cores: Int
  /// The machine's logical CPUs.
  public var logicalProcessors: Int
  /// The kernel set that OpenBLAS used.
  public var blasCore: String
  /// The counter that it was fitted against, such as `powercap`.
  public var source: String
  /// What the counter covers, such as `["package-0", "dram-0"]`.
  public var domains: [String]
  /// The coefficients.
  public var model: FittedModel
  /// How well they fit.
  public var quality: FitQuality
  /// Watts of a busy CPU over all workloads, for work whose operations are not counted.
  public var uncountedPower: PowerBand
  /// What was measured.
  public var samples: [CalibrationSample]

  /// Workloads that a calibration needs at least: one more than the coefficients, so that one can be left out.
  public static let leastSamples = 4
  /// The largest hold-out error with which a profile says anything.
  public static let greatestError = 0.5

  /// Fits a profile.
  ///
  /// - Parameters:
  ///   - host: the machine.
  ///   - source: where the samples' joules come from.
  /// - Throws: ``CalibrationError`` where the samples are too few, hold no energy or do not fit together.
  public init(
    samples: [CalibrationSample], host: HostDescription, source: EnergyProvenance, blasCore: String,
    date: String, programVersion: String
  ) throws(CalibrationError) {
    guard samples.count >= Self.leastSamples else { throw .tooFewSamples(samples.count) }
    if let empty = samples.first(where: { !($0.joules > 0) || !($0.cpuSeconds > 0) }) {
      throw .noEnergy(workload: empty.workload, source: source.source)
    }
    self.programVersion = programVersion
    self.date = date
    processor = host.processor
    family = ProcessorKind(host.processor).name
    cores = host.physicalCores
    logicalProcessors = host.logicalProcessors
    self.blasCore = blasCore
    self.source = source.source
    domains = source.domains
    self.samples = samples
    model = FittedModel(fittedTo: samples)
    quality = FitQuality(of: model, fittedTo: samples)
    guard quality.largestHoldOutError < Self.greatestError else {
      throw .poorFit(quality.largestHoldOutError)
    }
    let watts = samples.map(\.watts)
    let least = watts.min() ?? 0
    uncountedPower = PowerBand(
      low: least / (1 + quality.largestHoldOutError),
      central: watts.reduce(0) { $0 + $1 / Double(watts.count) },
      high: (watts.max() ?? 0) / (1 - quality.largestHoldOutError))
  }

  /// The energy of work whose operations are counted.
  ///
  /// The largest hold-out error e bounds it: where |E − truth| ≤ e · truth, the truth is from E / (1 + e) to E / (1 − e).
  func energy(cpuSeconds: Double, operations: OperationCount) -> BoundedJoules {
    let joules = model.joules(cpuSeconds: cpuSeconds, operations: operations)
    let error = quality.largestHoldOutError
    return BoundedJoules(joules, low: joules / (1 + error), high: joules / (1 - error))
  }

  /// Whether the counter that it was fitted against covers memory.
  public var coversMemory: Bool { domains.contains { $0.hasPrefix("dram") || $0.hasPrefix("psys") } }

  /// Whether it may be used on a processor: one of the same family that computes with the same vectors.
  ///
  /// A processor whose model number a hypervisor masks belongs to no family for certain, and is served by none.
  public func serves(_ other: ProcessorIdentity) -> Bool {
    let kind = ProcessorKind(other)
    return kind.isCertain && kind == ProcessorKind(processor)
  }

  /// Whether there can be a profile for a processor: not where a hypervisor masks the model number.
  public static func canServe(_ processor: ProcessorIdentity) -> Bool { ProcessorKind(processor).isCertain }

  /// Where the energies that it predicts come from, in few words.
  public var detail: String {
    "fitted on \(processor.modelName) by \(source), hold-out error \(quality.text)"
  }
}

extension FitQuality {
  /// For people, such as `2.1 % (at most 6.3 %)`.
  public var text: String {
    "\(EnergyUnit.threeDigits(100 * medianHoldOutError)) % "
      + "(at most \(EnergyUnit.threeDigits(100 * largestHoldOutError)) %)"
  }
}

/// What processors must have in common for a profile of one to serve the other.
struct ProcessorKind: Hashable {
  /// The family's name, or its numbers where the table of families does not know it.
  let name: String
  /// Whether the model number can be believed.
  let isCertain: Bool
  private let vectors: Set<String>

  init(_ processor: ProcessorIdentity) {
    let recognition = ProcessorRecognition(processor)
    if recognition.isByModelNumber {
      name = recognition.name
      isCertain = true
    } else {
      name = "\(processor.vendor) family \(processor.family) model \(processor.model)"
      // All families are possible only where none is known; a masked model number leaves a few.
      isCertain =
        recognition.families.count == ProcessorFamilies.all.count && !processor.vendor.isEmpty
        && processor.model >= 0
    }
    // The matrix products' kernels go by these.
    vectors = Set(processor.flags).intersection(["avx", "avx2", "fma", "avx512f"])
  }
}

/// Why no model could be fitted.
public enum CalibrationError: Error, Hashable, CustomStringConvertible {
  /// There are not enough workloads.
  case tooFewSamples(Int)
  /// The counter saw no energy of a workload.
  case noEnergy(workload: String, source: String)
  /// The counter could not be read.
  case unreadable(String)
  /// Workloads that were not fitted are predicted badly.
  case poorFit(Double)

  /// One line: what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .tooFewSamples(let count):
      "calibration: expected at least \(EnergyProfile.leastSamples) workloads, got \(count)"
    case .noEnergy(let workload, let source):
      "calibration: \(source) shows no energy of the workload '\(workload)'; leave the machine alone and try again"
    case .unreadable(let reason):
      "calibration: the counter could not be read (\(reason)); try again"
    case .poorFit(let error):
      "calibration: expected a hold-out error below \(Int(100 * EnergyProfile.greatestError)) %, found "
        + "\(EnergyUnit.threeDigits(100 * error)) %; leave the machine alone and try again"
    }
  }
}
