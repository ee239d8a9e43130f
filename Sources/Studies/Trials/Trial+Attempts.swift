import EnergyMetering

/// Trainings that took more than one attempt.
extension Trial {
  /// An attempt at the training that led to nothing by a fault of its worker; another was made.
  public struct Fault: Sendable, Equatable {
    /// What happened, in one line.
    public var reason: String
    /// What the attempt took, without what later ones went on from.
    public var energy: EnergyReading

    /// A fault.
    public init(reason: String, energy: EnergyReading) {
      self.reason = reason
      self.energy = energy
    }
  }

  /// How many attempts were made at its training that came to an end.
  public var attempts: Int {
    switch state {
    case .duplicate: 0
    case .running: faults.count
    // What was refused took no time.
    case .failed where wallSeconds == 0: 0
    case .completed, .pruned, .failed: faults.count + 1
    }
  }

  /// What attempts took that led to nothing; nil where there were none.
  public var lostEnergy: EnergyReading? {
    faults.first.map { first in faults.dropFirst().reduce(first.energy) { $0 + $1.energy } }
  }

  /// What the search spent on the trial: its training and all attempts that led to nothing; nil while it has spent nothing.
  public var spentEnergy: EnergyReading? {
    guard let energy else { return lostEnergy }
    return lostEnergy.map { energy + $0 } ?? energy
  }
}
