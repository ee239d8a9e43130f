import Foundation
import NeuralNetworks
import Training

extension TrialJob {
  /// The candidate as it is trained with inherited weights.
  var heir: Candidate {
    guard let inheritedEpochs else { return candidate }
    var heir = candidate
    heir.training = candidate.training.shortened(toEpochs: inheritedEpochs)
    return heir
  }

  /// What became of going on from the job's own checkpoint.
  enum GoingOn {
    /// There is none: the job begins.
    case begins
    /// The training is where its checkpoint left it.
    case goesOn
    /// The checkpoint is of no use, and why, in one line.
    case lost(String)
  }

  /// Brings a training to its own checkpoint, if it has one.
  func goOn(_ session: inout TrainingSession) -> GoingOn {
    guard let path = interim?.resumesFrom else { return .begins }
    do {
      try session.restore(TrainingCheckpoint(contentsOf: path))
      return .goesOn
    } catch {
      return .lost(UnusableStart(path: path, reason: "\(error)").description)
    }
  }

  /// Brings a training to where this job begins: to its checkpoint, or to the weights of its parent.
  ///
  /// - Returns: why the training begins anew instead of going on, where the job allows that.
  /// - Throws: ``UnusableStart``, or `TrainingFailure.hyperparameter` for a last epoch before the first.
  func prepare(_ session: inout TrainingSession) throws -> String? {
    if let untilEpoch, untilEpoch < 1 {
      throw TrainingFailure.hyperparameter(
        name: "until epoch", value: "\(untilEpoch)", expected: "a positive integer")
    }
    if let path = resumesFrom {
      do {
        try session.restore(TrainingCheckpoint(contentsOf: path))
      } catch {
        let problem = UnusableStart(path: path, reason: "\(error)")
        guard beginsAnew == true else { throw problem }
        return "\(problem)"
      }
    } else if let path = inheritsFrom {
      do {
        try inherit(from: path, &session)
      } catch let problem as UnusableStart {
        guard beginsAnew == true else { throw problem }
        return "\(problem)"
      }
    }
    return nil
  }

  /// Makes sure that weights of a study are those of the parent, as they were written.
  private func check(_ file: SafetensorsFile, path: String) throws(UnusableStart) {
    guard let inheritsTrial else { return }
    guard file.metadata["trial"] == "\(inheritsTrial)" else {
      throw UnusableStart(
        path: path,
        reason: "weights: expected those of trial \(inheritsTrial), got those of "
          + (file.metadata["trial"].map { "trial \($0)" } ?? "none"))
    }
    guard file.metadata["checksum"] == SafetensorsFile.checksum(of: file.tensors) else {
      throw UnusableStart(
        path: path, reason: "weights: the checksum differs from the contents'; the file is damaged")
    }
  }

  /// - Throws: ``UnusableStart``; nothing is inherited then.
  private func inherit(from path: String, _ session: inout TrainingSession) throws {
    do {
      let file = try SafetensorsFile(contentsOf: path)
      guard let text = file.metadata["architecture"],
        let parent = try? JSONDecoder().decode(Architecture.self, from: Data(text.utf8))
      else {
        throw UnusableStart(
          path: path,
          reason:
            "weights: expected the architecture in the metadata, as wattle writes it; give such a file")
      }
      try check(file, path: path)
      try session.inherit(file.tensors, of: parent)
    } catch SafetensorsError.inaccessible(_, let reason) {
      throw UnusableStart(path: path, reason: "weights: \(reason)")
    } catch let error as UnusableStart {
      throw error
    } catch {
      throw UnusableStart(path: path, reason: "\(error)")
    }
  }
}

/// A checkpoint or a parent's weights that a training cannot begin with, and why, in one line.
struct UnusableStart: Error, CustomStringConvertible {
  let path: String
  let reason: String

  /// A damaged file may have line breaks in what it calls its tensors.
  var description: String {
    "\(path): " + reason.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
