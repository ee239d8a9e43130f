import Datasets
import Foundation
import NeuralNetworks
import Training

/// A trained network as a safetensors file that says all that is needed to use it.
///
/// The metadata are texts: `format` is `wattle 1`; `architecture` and `training` are the candidate as JSON; `hash` is its
/// canonical hash; `dataset`, `seed` and `trial` say where the weights come from; `feature_means` and
/// `feature_deviations` are JSON lists, one number a column or one for all: the network's input is
/// (feature − mean) / deviation. Of a regression, `target_mean` and `target_deviation` turn outputs into predictions.
/// `checksum` is that of the tensors (`SafetensorsFile.checksum`).
enum WeightsFile {
  /// Writes a network.
  ///
  /// - Throws: ``RunFolderError/cannotWrite(path:reason:)``.
  static func write(
    _ network: borrowing Network, of candidate: Candidate, trainedOn data: PreparedData,
    _ streams: TrialJob.Streams, to path: String
  ) throws {
    var metadata = [
      "format": "wattle 1", "architecture": try json(candidate.architecture),
      "training": try json(candidate.training), "hash": candidate.canonicalHash, "dataset": data.name,
      "seed": "\(streams.seed)", "trial": "\(streams.trial)",
    ]
    if let standardization = data.standardization {
      metadata["feature_means"] = try json(standardization.means)
      metadata["feature_deviations"] = try json(standardization.deviations)
    }
    let file = try SafetensorsFile(network, metadata: metadata)
    metadata = file.metadata
    metadata["checksum"] = SafetensorsFile.checksum(of: file.tensors)
    try writeAtomically(SafetensorsFile(tensors: file.tensors, metadata: metadata).bytes(), to: path)
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
