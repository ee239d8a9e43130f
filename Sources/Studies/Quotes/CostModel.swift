import Foundation
import Numerics

/// Predicts what trainings take from what they have to do, and learns from those that were metered.
///
/// ```swift
/// var model = CostModel(watts: 8)
/// let quote = model.quote(workload)     // before: by the prior
/// model.observe(workload, joules: 0.31)
/// model.quote(workload)                 // after: nearer, and with a narrower interval
/// ```
///
/// E = Σ cₖ · xₖ with cₖ ≥ 0: a fixed amount a training, one a step and layer, a sample, a FLOP, a byte and a parameter's
/// update. The coefficients minimise the relative errors of the trainings seen (``NonNegativeLeastSquares``), drawn
/// towards those of the prior as by one training that weighs ``priorWeight``² for each; the prior itself is scaled by the
/// mean of measured over predicted, so that the first training already tells how fast the machine is.
///
/// The interval comes from how wrong the quotes were that were given before: the logarithms of measured over quoted,
/// with Student's quantile.
///
/// Behind the first ``memory`` trainings the coefficients are renewed with every eighth, which changes them little.
///
/// - Complexity: O(``memory``) an observation.
public struct CostModel: Sendable {
  /// Seconds of CPU for each amount of ``TrainingWorkload``: a training, a step and layer, a sample, a FLOP, a byte, an
  /// update of a parameter. Measured on a Sapphire Rapids core whose sgemm reaches 115 GFLOP/s.
  static let priorSeconds = [5e-4, 5e-7, 4e-8, 1 / 120e9, 1 / 400e9, 2.5e-10]
  /// The speed of sgemm, in GFLOP/s, of the core that the prior was measured on.
  public static let priorGigaflops = 115.0
  /// How much the prior weighs beside trainings that were seen.
  static let priorWeight = 0.3
  /// The standard deviation of the logarithm of the prior's error: a factor of two.
  static let priorDeviation = 0.7
  /// The standard deviation that two imaginary quotes had once trainings were seen.
  static let usualDeviation = 0.2
  /// So many trainings are remembered; earlier ones are forgotten.
  static let memory = 128
  /// So many errors of quotes make the interval.
  private static let rememberedErrors = 40
  /// Behind the first ``memory`` trainings one in so many renews the coefficients.
  private static let renewal = 8

  /// Watts of a busy core where nothing is known of the processor.
  public static let usualWatts = 8.0

  /// How many trainings were seen.
  public private(set) var observed = 0

  private let prior: [Double]
  private var seen: [(amounts: [Double], joules: Double)] = []
  /// ln(measured / quoted) of earlier quotes.
  private var errors: [Double] = []
  private var coefficients: [Double]

  /// A model that has seen nothing.
  ///
  /// - Parameters:
  ///   - watts: what a busy core draws, roughly.
  ///   - gigaflops: the speed of sgemm on a core; nil for that of the prior.
  public init(watts: Double, gigaflops: Double? = nil) {
    let slowness = gigaflops.map { Self.priorGigaflops / $0 } ?? 1
    prior = Self.priorSeconds.map { $0 * slowness * watts }
    coefficients = prior
  }

  /// What a training is expected to take.
  public func quote(_ workload: TrainingWorkload) -> Quote {
    let joules = Self.product(coefficients, workload.amounts)
    let factor = exp(halfWidth)
    return Quote(joules: joules, low: joules / factor, high: joules * factor)
  }

  /// Energies of trainings that something can be learnt from, in joules: from less than an operation takes to more than
  /// the world has.
  private static let believableJoules = 1e-12...1e20

  /// Learns what a training took. Trainings that took nothing are passed over.
  public mutating func observe(_ workload: TrainingWorkload, joules: Double) {
    guard Self.believableJoules.contains(joules) else { return }
    if observed > 0 {
      errors.append(log(joules / Self.product(coefficients, workload.amounts)))
      if errors.count > Self.rememberedErrors { errors.removeFirst() }
    }
    observed += 1
    seen.append((workload.amounts, joules))
    if seen.count > Self.memory { seen.removeFirst() }
    if observed <= Self.memory || observed.isMultiple(of: Self.renewal) { fit() }
  }

  /// Half the width of the interval, as a logarithm.
  private var halfWidth: Double {
    guard observed > 0 else { return 1.645 * Self.priorDeviation }
    let freedom = Double(errors.count + 2)
    let squares = errors.reduce(2 * Self.usualDeviation * Self.usualDeviation) { $0 + $1 * $1 }
    return Statistics.studentQuantile(0.95, degreesOfFreedom: freedom) * (squares / freedom).squareRoot()
  }

  private mutating func fit() {
    let logarithms = seen.map { log($0.joules / Self.product(prior, $0.amounts)) }
    let scale = exp(Statistics.mean(logarithms))
    let scaled = prior.map { $0 * scale }
    // Rows of relative errors, then one for each coefficient that draws it towards the prior's.
    let columns = prior.indices.map { column in
      seen.map { $0.amounts[column] / $0.joules }
        + prior.indices.map { $0 == column ? Self.priorWeight / scaled[column] : 0 }
    }
    let right = seen.map { _ in 1.0 } + prior.map { _ in Self.priorWeight }
    coefficients = NonNegativeLeastSquares(columns: columns, right).coefficients
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }
}
