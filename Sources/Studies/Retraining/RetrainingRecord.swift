import EnergyMetering
import Foundation

/// What a full retraining of a trial took, read back from the `summary.json` that `wattle train` wrote.
public struct RetrainingRecord: Sendable {
  /// The file.
  public let path: String
  /// How many trainings succeeded.
  public let trainingCount: Int
  /// T: the mean energy of one of them.
  public let trainingEnergy: EnergyReading

  /// The retraining of a trial, or of a duplicate of it, in the run's folder `trained`; nil if there is none.
  ///
  /// - Throws: ``RetrainingError/damagedSummary(path:problem:)``.
  public init?(of trial: Trial, in run: RunRecord) throws(RetrainingError) {
    let likes = run.trials.filter { $0.number == trial.number || $0.duplicateOf == trial.number }
    let paths = likes.map { "\(run.folder.path)/trained/trial-\($0.number)/summary.json" }
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else { return nil }
    self.path = path
    func damaged(_ problem: String) -> RetrainingError { .damagedSummary(path: path, problem: problem) }
    let summary: Summary
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let text = try SystemFiles().contents(of: path, atMost: Self.largestBytes)
      summary = try decoder.decode(Summary.self, from: Data(text.utf8))
    } catch let error as FileAccessError {
      throw damaged(error.reason)
    } catch {
      throw damaged("cannot be read as a summary of `wattle train`")
    }
    guard summary.hash == trial.hash else {
      throw damaged("is of another candidate than trial \(trial.number)")
    }
    guard let energy = summary.trainingEnergy.reading else {
      throw damaged("training_energy: expected finite joules with 0 <= low_joules <= joules <= high_joules")
    }
    trainingEnergy = energy
    trainingCount = summary.trainings.count { $0.failure == nil }
    guard trainingCount > 0 else { throw damaged("trainings: expected one that did not fail, found none") }
  }

  /// The largest summary that is read: of a thousand trainings it is one hundredth of this.
  private static let largestBytes = 64_000_000

  private struct Summary: Decodable {
    struct Training: Decodable {
      var failure: String?
    }

    struct Figure: Decodable {
      var joules: Double
      var lowJoules: Double
      var highJoules: Double
      var source: String
      var domains: [String]
      var tier: EnergyTier
      var detail: String

      /// Nil where the numbers cannot be true.
      var reading: EnergyReading? {
        guard 0 <= lowJoules, lowJoules <= joules, joules <= highJoules, highJoules.isFinite else {
          return nil
        }
        return EnergyReading(
          energy: Energy(joules: joules), low: Energy(joules: lowJoules), high: Energy(joules: highJoules),
          provenance: EnergyProvenance(source: source, domains: domains, tier: tier, detail: detail))
      }
    }

    var hash: String
    var trainingEnergy: Figure
    var trainings: [Training]
  }
}
