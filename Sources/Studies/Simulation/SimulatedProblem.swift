import SearchSpaces

/// What strategies can search without training: a table of recorded results, or a test function.
///
/// ```swift
/// let problem = SimulatedProblem(
///   name: "parabola", space: ParameterSpace([SearchParameter(name: "x", domain: .reals(RealRange(0, 1)))]),
///   objectives: ["f"], reference: [1]) { assignment in
///     guard case .real(let x)? = assignment["x"] else { return SimulatedOutcome(cost: 1) }
///     return SimulatedOutcome(cost: 1, losses: [x * x])
///   }
/// ```
public struct SimulatedProblem: Sendable {
  /// The name; safe as a folder's name.
  public var name: String
  /// What the space's points are.
  public var space: ParameterSpace
  /// The names of the objectives, in the order of the losses.
  public var objectives: [String]
  /// The point up to which hypervolume counts, as losses.
  public var reference: [Double]
  /// The hypervolume of the true front; nil if it is not known.
  public var largestHypervolume: Double?
  /// What says how well a point does beside its losses; nil if only these do.
  public var quality: QualityAxis?
  /// What an evaluation costs is counted in.
  public var unit: CostUnit
  /// What a point leads to. The same point has the same outcome.
  public var evaluate: @Sendable (Assignment) -> SimulatedOutcome

  /// A problem; unless something else is said, each evaluation costs one of ``CostUnit/evaluations``.
  public init(
    name: String, space: ParameterSpace, objectives: [String], reference: [Double],
    largestHypervolume: Double? = nil, quality: QualityAxis? = nil, unit: CostUnit = .evaluations,
    evaluate: @escaping @Sendable (Assignment) -> SimulatedOutcome
  ) {
    self.name = name
    self.space = space
    self.objectives = objectives
    self.reference = reference
    self.largestHypervolume = largestHypervolume
    self.quality = quality
    self.unit = unit
    self.evaluate = evaluate
  }
}

/// What evaluating a point led to.
public struct SimulatedOutcome: Sendable {
  /// What it cost: kilowatt-hours or evaluations.
  public var cost: Double
  /// The objectives, less is better; nil if the evaluation failed.
  public var losses: [Double]?
  /// How well the point does, more is better; nil if there is no such measure.
  public var goodness: Double?
  /// What tells apart points that are equal in the first objective; nil if there is no such measure.
  public var validationLoss: Double?
  /// Points with the same number are the same network, which is paid once; nil for a point that is always paid.
  public var network: Int?

  /// An outcome.
  public init(
    cost: Double, losses: [Double]? = nil, goodness: Double? = nil, validationLoss: Double? = nil,
    network: Int? = nil
  ) {
    self.cost = cost
    self.losses = losses
    self.goodness = goodness
    self.validationLoss = validationLoss
    self.network = network
  }
}

/// What the cost of a search is counted in.
public enum CostUnit: String, Sendable {
  /// Kilowatt-hours.
  case kilowattHours = "kwh"
  /// Evaluations of a test function.
  case evaluations
}
