/// The energy that a model takes over its life: finding it, training it, using it.
///
/// E_life = CT + T + I · e, after Gitzel, Platenius-Mohr and Burger 2023, "Estimating the sustainability of
/// AI models", TechRxiv 22649725. CT is the energy of the search, the sum over its trials; T that of training
/// the chosen model; I that of one inference; e the expected number of inferences. The power usage
/// effectiveness covers cooling and distribution and multiplies all three, since all three are metered at the
/// machine.
///
/// ```swift
/// let life = LifeCycle(searchKWh: 2, trainingKWh: 0.5, inferenceKWh: 1e-9, inferences: 1e9)
/// life.totalKWh                        // 3.5
/// life.shares.search                   // 0.571…
/// life.co2EquivalentGrams(gramsPerKWh: 344.1)  // 1204.35 in Germany
/// ```
public struct LifeCycle: Hashable, Codable, Sendable {
  /// CT: the energy of the whole search at the machine, in kWh.
  public var searchKWh: Double
  /// T: the energy of training the chosen model at the machine, in kWh.
  public var trainingKWh: Double
  /// I without the power usage effectiveness: the energy of one inference at the machine, in kWh.
  public var inferenceKWh: Double
  /// e: the expected number of inferences.
  public var inferences: Double
  /// The data centre's energy over its machines' energy, at least 1.
  public var powerUsageEffectiveness: Double

  /// A life of the given stages.
  ///
  /// - Precondition: all energies and the number of inferences are finite and not negative; the power usage
  ///   effectiveness is finite and at least 1.
  public init(
    searchKWh: Double, trainingKWh: Double, inferenceKWh: Double, inferences: Double,
    powerUsageEffectiveness: Double = 1
  ) {
    for value in [searchKWh, trainingKWh, inferenceKWh, inferences] {
      precondition(value >= 0 && value.isFinite, "energies and counts are finite and not negative")
    }
    precondition(
      powerUsageEffectiveness >= 1 && powerUsageEffectiveness.isFinite,
      "a power usage effectiveness is finite and at least 1")
    self.searchKWh = searchKWh
    self.trainingKWh = trainingKWh
    self.inferenceKWh = inferenceKWh
    self.inferences = inferences
    self.powerUsageEffectiveness = powerUsageEffectiveness
  }

  /// CT + T at the meter of the data centre, in kWh: what is spent before the first use.
  public var upfrontKWh: Double { (searchKWh + trainingKWh) * powerUsageEffectiveness }

  /// I · e at the meter of the data centre, in kWh.
  public var useKWh: Double { inferenceKWh * inferences * powerUsageEffectiveness }

  /// E_life, in kWh.
  public var totalKWh: Double { upfrontKWh + useKWh }

  /// What part of a life's energy each stage takes.
  public struct Shares: Hashable, Sendable {
    /// CT / E_life.
    public let search: Double
    /// T / E_life.
    public let training: Double
    /// I · e / E_life.
    public let inference: Double
  }

  /// The stages' shares of E_life, which add up to 1; all 0 for a life without energy.
  public var shares: Shares {
    guard totalKWh > 0 else { return Shares(search: 0, training: 0, inference: 0) }
    return Shares(
      search: searchKWh * powerUsageEffectiveness / totalKWh,
      training: trainingKWh * powerUsageEffectiveness / totalKWh,
      inference: useKWh / totalKWh)
  }

  /// E_life · EF, in grams of CO2 equivalent.
  ///
  /// - Parameter gramsPerKWh: EF, the carbon intensity of the electricity in g CO2eq/kWh.
  public func co2EquivalentGrams(gramsPerKWh: Double) -> Double { totalKWh * gramsPerKWh }

  /// The number of inferences from which the model with the cheaper inference has the lower energy in all,
  /// whatever both lives' expected number of inferences is.
  ///
  /// `nil` when there is no such number: one model is at least as cheap before the first use and in every
  /// use.
  ///
  /// ```swift
  /// let small = LifeCycle(searchKWh: 2, trainingKWh: 0.5, inferenceKWh: 1e-9, inferences: 0)
  /// let large = LifeCycle(searchKWh: 0, trainingKWh: 0.5, inferenceKWh: 3e-9, inferences: 0)
  /// small.breakEvenInferences(against: large)  // 1e9: then the search has paid for itself
  /// ```
  public func breakEvenInferences(against other: LifeCycle) -> Double? {
    let upfrontDifference = upfrontKWh - other.upfrontKWh
    let saving =
      other.inferenceKWh * other.powerUsageEffectiveness - inferenceKWh * powerUsageEffectiveness
    guard upfrontDifference != 0, saving != 0 else { return nil }
    let inferences = upfrontDifference / saving
    return inferences > 0 ? inferences : nil
  }
}
