import EnergyMetering
import NeuralNetworks
import Synchronization
import Training

/// What restricts a space beyond its template.
struct SpaceRestrictions: Sendable {
  var sampling = Sampling.byOption
  var exclusions: [Located<[WrittenCondition]>] = []
  var limits: [CandidateLimit] = []
}

/// A constraint: the most that a candidate may have of something.
struct CandidateLimit: Sendable {
  /// The key of the configuration.
  let name: String
  let place: ConfigurationPlace
  let limit: Double
  let measure: Measure

  enum Measure: Sendable {
    /// Told by the network alone.
    case counted(@Sendable (ArchitectureCosts) -> Double)
    /// Told by an estimate.
    case estimated(@Sendable (Candidate, ArchitectureCosts) -> Double)
  }

  /// A value as users write it.
  let text: @Sendable (Double) -> String
}

/// The constraints of a space.
final class CandidateLimits: Sendable {
  /// How many networks' costs are kept: cells next to one another often have the same network.
  private static let largestMemory = 1024

  private let limits: [CandidateLimit]
  private let space: SearchSpace
  private let known: Mutex<[Architecture: Result<ArchitectureCosts, ArchitectureError>]> = Mutex([:])

  init(_ limits: [CandidateLimit], of space: SearchSpace) {
    self.limits = limits
    self.space = space
  }

  /// How a point breaks the constraint that it breaks most; nil if it keeps all.
  func violation(of point: Assignment) -> PointViolation? {
    guard let architecture = try? space.architecture(by: point) else { return nil }
    let costs: ArchitectureCosts
    switch self.costs(of: architecture) {
    case .success(let found): costs = found
    case .failure(let error): return unbuildable(error)
    }
    var worst: (limit: CandidateLimit, value: Double)?
    for limit in limits {
      let value: Double
      switch limit.measure {
      case .counted(let count): value = count(costs)
      case .estimated(let estimate):
        guard let training = try? space.hyperparameters(by: point) else { return nil }
        value = estimate(Candidate(architecture: architecture, training: training), costs)
      }
      // An estimate that is no number keeps no limit.
      guard !(value <= limit.limit) else { continue }
      if let worst, value / limit.limit <= worst.value / worst.limit.limit { continue }
      worst = (limit, value)
    }
    return worst.map { Self.violation($0.limit, $0.value) }
  }

  private func costs(of architecture: Architecture) -> Result<ArchitectureCosts, ArchitectureError> {
    if let found = known.withLock({ $0[architecture] }) { return found }
    let found: Result<ArchitectureCosts, ArchitectureError>
    do {
      found = .success(try architecture.costs())
    } catch {
      found = .failure(error)
    }
    known.withLock { known in
      if known.count >= Self.largestMemory { known.removeAll(keepingCapacity: true) }
      known[architecture] = found
    }
    return found
  }

  private func unbuildable(_ error: ArchitectureError) -> PointViolation {
    PointViolation(
      error: .unbuildable(reason: "\(error)"), excess: .infinity,
      hopeless: ConfigurationError(place: space.architecturePlace, message: "architecture: \(error)"))
  }

  private static func violation(_ limit: CandidateLimit, _ value: Double) -> PointViolation {
    // Rounded up, so that a limit of what is shown would be met.
    let found =
      if case .estimated = limit.measure { value.roundedUp(toSignificantDigits: 4) } else { value }
    return PointViolation(
      error: .constraint(name: limit.name, value: limit.text(found), limit: limit.text(limit.limit)),
      excess: value.isNaN ? .infinity : value / limit.limit,
      hopeless: ConfigurationError(
        place: limit.place,
        message: "\(limit.name): no candidate was found that meets it; the nearest has \(limit.text(found)), "
          + "the limit is \(limit.text(limit.limit)); raise it or offer smaller networks"))
  }
}
