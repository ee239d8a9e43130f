import Datasets
import Foundation
import NeuralNetworks
import Numerics
import Training

extension UntrustedReader {
  /// A file of tensors, and as the weights of a network and of its parent.
  static let safetensors = UntrustedReader("safetensors", largestInput: 8192, examples: weightsExamples) {
    bytes in
    let file = try SafetensorsFile(bytes: Data(bytes))
    let again = try SafetensorsFile(bytes: file.bytes())
    try require(again.metadata == file.metadata, "what was written is read")
    try require(
      SafetensorsFile.checksum(of: again.tensors) == SafetensorsFile.checksum(of: file.tensors),
      "what was written is read to the bit")
    var session = try TrainingSession(candidate, on: data, seed: 1, trial: 0)
    let parent = file.metadata["architecture"].flatMap {
      try? JSONDecoder().decode(Architecture.self, from: Data($0.utf8))
    }
    try session.inherit(file.tensors, of: parent ?? candidate.architecture)
    try go(on: &session)
  }

  /// A checkpoint whose checksum is put right, so that what stands in it is looked at, and a training that goes on from it.
  static let checkpoint = UntrustedReader("checkpoint", largestInput: 8192, examples: checkpointExamples) {
    bytes in
    let file = try SafetensorsFile(bytes: Data(bytes))
    let texts = [file.metadata["architecture"] ?? "", file.metadata["progress"] ?? ""]
    var metadata = file.metadata
    metadata["checksum"] = SafetensorsFile.checksum(of: file.tensors, texts)
    let checkpoint = try TrainingCheckpoint(SafetensorsFile(tensors: file.tensors, metadata: metadata))
    var session = try TrainingSession(candidate, on: data, seed: 1, trial: 0)
    try session.restore(checkpoint)
    try require(session.epoch <= candidate.training.epochs, "a training has at most its epochs behind it")
    _ = try session.checkpoint().bytes()
    try go(on: &session)
  }

  private static func go(on session: inout TrainingSession) throws {
    try session.advance(toEpoch: session.candidate.training.epochs)
    guard session.epoch > 0 else { return }
    let outcome = try session.outcome()
    try require(outcome.validationAccuracy.map { 0...1 ~= $0 } ?? true, "an accuracy is from 0 to 1")
  }

  private static let candidate: Candidate = {
    var training = TrainingHyperparameters(optimizer: .adam(), learningRate: 0.02, batchSize: 4, epochs: 3)
    training.patience = 2
    training.augmentation = Augmentation(noise: 0.1)
    return Candidate(
      architecture: Architecture(
        sampleShape: [2], layers: [.dense(units: 2), .batchNorm, .dropout(rate: 0.2), .dense(units: 2)]),
      training: training)
  }()

  private static let data: PreparedData = {
    let labels = (0..<8).map { Int32($0 % 2) }
    let part = Samples(features: labels.flatMap { [Float($0), Float(1 - $0)] }, labels: labels)
    return PreparedData(
      name: "two", training: part, validation: part, test: part, sampleShape: [2],
      task: .classification(classes: 2))
  }()

  /// Empty where this machine cannot train, which other tests complain of.
  private static let weightsExamples: [[UInt8]] = {
    guard let session = try? TrainingSession(candidate, on: data, seed: 1, trial: 0),
      let json = try? JSONEncoder().encode(candidate.architecture),
      let file = try? SafetensorsFile(
        session.network, metadata: ["architecture": String(decoding: json, as: UTF8.self)]),
      let bytes = try? file.bytes()
    else { return [] }
    return [Array(bytes)]
  }()

  private static let checkpointExamples: [[UInt8]] = {
    guard var session = try? TrainingSession(candidate, on: data, seed: 1, trial: 0),
      (try? session.advance(toEpoch: 2)) != nil, let bytes = try? session.checkpoint().bytes()
    else { return [] }
    return [Array(bytes)]
  }()
}
