import EnergyMetering

/// The energy that a model takes over its life: finding it, training it, using it.
///
/// E_life = CT + T + I · e, after Gitzel, Platenius-Mohr and Burger 2023, "Estimating the sustainability of
/// AI models", TechRxiv 22649725. CT is the energy of the search, the sum over its trials; T that of training
/// the chosen model; I that of one inference; e the expected number of inferences. The power usage
/// effectiveness covers cooling and distribution and multiplies all three, since all three are metered at the
/// machine.
///
/// Every figure keeps its bounds and where it comes from: bounds add and multiply end to end, and a sum is of the
/// least trustworthy tier in it.
///
/// ```swift
/// let life = LifeCycle(search: ct, training: t, inference: i, inferences: 1e9)
/// life.total.energy.kilowattHours                       // 3.5
/// life.shares.search                                    // 0.571…
/// life.emissions(UncertainValue(exactly: 344.1)).grams  // 1204.35 in Germany
/// ```
public struct LifeCycle: Hashable, Codable, Sendable {
  /// CT: the energy of the whole search at the machine.
  public var search: EnergyReading
  /// T: the energy of training the chosen model at the machine.
  public var training: EnergyReading
  /// I without the power usage effectiveness: the energy of one inference at the machine.
  public var inference: EnergyReading
  /// e: the expected number of inferences.
  public var inferences: Double
  /// The data centre's energy over its machines' energy, at least 1.
  public var powerUsageEffectiveness: UncertainValue

  /// How much T differs from one training to the next, as a relative standard deviation. It counts where lives are compared;
  /// the stages' own intervals are those of their readings.
  public var trainingDeviation: Double
  /// How much I differs from one measuring to the next.
  public var inferenceDeviation: Double

  /// A life of the given stages.
  ///
  /// - Precondition: the number of inferences is finite and not negative; the power usage effectiveness is at least 1.
  public init(
    search: EnergyReading, training: EnergyReading, inference: EnergyReading, inferences: Double,
    powerUsageEffectiveness: UncertainValue = UncertainValue(exactly: 1), trainingDeviation: Double = 0,
    inferenceDeviation: Double = 0
  ) {
    precondition(inferences >= 0 && inferences.isFinite, "a number of inferences is finite and not negative")
    precondition(powerUsageEffectiveness.low >= 1, "a power usage effectiveness is at least 1")
    self.search = search
    self.training = training
    self.inference = inference
    self.inferences = inferences
    self.powerUsageEffectiveness = powerUsageEffectiveness
    self.trainingDeviation = trainingDeviation
    self.inferenceDeviation = inferenceDeviation
  }

  /// CT at the meter of the data centre.
  public var siteSearch: EnergyReading { search * powerUsageEffectiveness }

  /// T at the meter of the data centre.
  public var siteTraining: EnergyReading { training * powerUsageEffectiveness }

  /// CT + T at the meter of the data centre: what is spent before the first use.
  public var upfront: EnergyReading { siteSearch + siteTraining }

  /// I · e at the meter of the data centre.
  public var use: EnergyReading { inference * inferences * powerUsageEffectiveness }

  /// E_life.
  public var total: EnergyReading { upfront + use }

  /// CT / e at the meter of the data centre: what the search adds to each inference; nil if there is none.
  public var searchPerInference: EnergyReading? {
    inferences > 0 ? siteSearch * (1 / inferences) : nil
  }

  /// What part of a life's energy each stage takes.
  public struct Shares: Hashable, Codable, Sendable {
    /// CT / E_life.
    public let search: Double
    /// T / E_life.
    public let training: Double
    /// I · e / E_life.
    public let inference: Double
  }

  /// The stages' shares of E_life by the best estimates, which add up to 1; all 0 for a life without energy.
  public var shares: Shares {
    let all = total.energy.joules
    guard all > 0 else { return Shares(search: 0, training: 0, inference: 0) }
    return Shares(
      search: siteSearch.energy.joules / all, training: siteTraining.energy.joules / all,
      inference: use.energy.joules / all)
  }

  /// E_life · EF, in grams of CO2 equivalent.
  ///
  /// - Parameters:
  ///   - intensity: EF, the carbon intensity of the electricity in g CO2eq/kWh.
  ///   - searchIntensity: EF while the search ran, where that is known; nil for the same.
  public func emissions(
    _ intensity: UncertainValue, whileSearching searchIntensity: UncertainValue? = nil
  ) -> Emissions {
    let later = Emissions(of: siteTraining + use, intensity: intensity)
    return Emissions(of: siteSearch, intensity: searchIntensity ?? intensity) + later
  }
}
