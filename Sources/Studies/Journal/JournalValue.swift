import EnergyMetering
import NeuralNetworks
import SearchSpaces
import Training

/// What stands in the journal as JSON.
protocol JournalValue {
  /// What about it cannot be true, in words; nil if all can.
  var problem: String? { get }
}

extension Assignment: JournalValue {
  // The strategy that goes on with a study proposes each assignment anew and compares.
  var problem: String? { nil }
}

extension Candidate: JournalValue {
  // A candidate that cannot be trained is a failed trial.
  var problem: String? { nil }
}

extension ArchitectureCosts: JournalValue {
  var problem: String? {
    let counts = [
      ("parameters", parameters, 0), ("forwardFlopsPerSample", forwardFlopsPerSample, 0),
      ("trainingFlopsPerSample", trainingFlopsPerSample, 1),
      ("forwardBytesPerSample", forwardBytesPerSample, 0),
      ("trainingBytesPerSample", trainingBytesPerSample, 0),
    ]
    for (name, count, least) in counts where count < least {
      return "\(name): expected a count of at least \(least), found \(count)"
    }
    return nil
  }
}

extension TrainingOutcome: JournalValue {
  /// Beyond it a loss comes from no training in single precision, whose squares end at 1e77.
  private static let greatestLoss = 1e80
  /// As many as a training can be asked for.
  private static let mostEpochs = 1_000_000

  var problem: String? {
    guard 1...Self.mostEpochs ~= epochs else {
      return "epochs: expected 1 to \(Self.mostEpochs), found \(epochs)"
    }
    if steps < 0 { return "steps: expected at least 0, found \(steps)" }
    if let bestEpoch, !(1...epochs).contains(bestEpoch) {
      return "bestEpoch: expected 1 to \(epochs), found \(bestEpoch)"
    }
    let shares = 0.0...1
    let errors = 0...Self.greatestLoss
    let losses = -Self.greatestLoss...Self.greatestLoss
    let figures = [
      ("validationAccuracy", validationAccuracy, shares), ("testAccuracy", testAccuracy, shares),
      ("trainingLoss", trainingLoss, losses), ("validationLoss", validationLoss, losses),
      ("validationRMSE", validationRMSE, errors), ("testRMSE", testRMSE, errors),
      ("validationR2", validationR2, -Self.greatestLoss...1), ("testR2", testR2, -Self.greatestLoss...1),
    ]
    for (name, figure, range) in figures {
      guard let figure, !range.contains(figure) else { continue }
      return "\(name): expected \(range.lowerBound) to \(range.upperBound), found \(figure)"
    }
    return nil
  }
}

extension EnergyReading: JournalValue {
  /// As much electricity as the world uses in a year, about: no study takes more.
  static let greatestJoules = 1e20

  var problem: String? {
    let amounts = [low.joules, energy.joules, high.joules]
    guard zip([0] + amounts, amounts + [Self.greatestJoules]).allSatisfy({ $0 <= $1 }) else {
      return "expected 0 <= low <= energy <= high <= \(Self.greatestJoules) joules, found "
        + amounts.map { "\($0)" }.joined(separator: ", ")
    }
    return nil
  }
}

extension EnergyBooks: JournalValue {
  var problem: String? {
    accounts.lazy.compactMap { name, reading in reading.problem.map { "\(name): \($0)" } }.first
  }
}

extension InferenceMeasurement: JournalValue {
  var problem: String? {
    for (name, window) in [("single", single), ("trainingBatch", trainingBatch)] {
      if let problem = window.problem { return "\(name).\(problem)" }
    }
    return nil
  }
}

extension InferenceMeasurement.Window: JournalValue {
  var problem: String? {
    if batchSize < 1 { return "batchSize: expected at least 1, found \(batchSize)" }
    if inferences < 1 { return "inferences: expected at least 1, found \(inferences)" }
    guard 0...Trial.greatestSeconds ~= seconds else {
      return "seconds: expected 0 to \(Trial.greatestSeconds), found \(seconds)"
    }
    return energy.problem.map { "energy: \($0)" }
  }
}

extension Trial {
  /// Some 30,000 years: no training takes longer.
  static let greatestSeconds = 1e12
}
