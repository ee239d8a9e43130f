import Foundation
import NeuralNetworks
import Numerics

/// The file: safetensors with these tensors, and the rest as texts in its metadata.
///
/// | tensor | shape | what it is |
/// |---|---|---|
/// | `layers.…` | the layers' | what the network has learnt, under the names of a file of weights |
/// | `optimizer.0`, `optimizer.1` | [parameters] | the vectors of the optimiser |
/// | `best.parameters`, `best.state` | [parameters], [state] | the weights of the best epoch, with early stopping |
/// | `order` | [2, samples] | the last epoch's order of the samples: row ⌊i / 65536⌋, then i mod 65536, exact in 32-bit floats |
///
/// `format` is `wattle checkpoint`, `version` a number, `architecture` the network as JSON, `progress` JSON with everything
/// else, and `checksum` the 64-bit FNV-1a hash of these texts and of the tensors' names and words.
extension TrainingCheckpoint {
  /// The version of the format that is written; earlier ones are read.
  public static let formatVersion = 1
  static let format = "wattle checkpoint"

  /// What is neither an array nor large.
  private struct Progress: Codable {
    var identity: Identity
    var epoch: Int
    var steps: Int
    var trainingLoss: Double?
    var beta1Power: Double
    var beta2Power: Double
    var dropout: [UInt32]
    var batches: RandomStream
    var augmentation: RandomStream?
    var bestEpoch: Int?
    var bestEvaluation: Evaluation?
  }

  // MARK: Writing

  /// The bytes of the file; the same checkpoint gives the same bytes.
  ///
  /// - Throws: `CheckpointError.damaged` for a training whose numbers JSON cannot hold.
  public func bytes() throws(CheckpointError) -> Data {
    let progress = Progress(
      identity: identity, epoch: epoch, steps: steps, trainingLoss: trainingLoss,
      beta1Power: network.beta1Power, beta2Power: network.beta2Power, dropout: network.dropoutWords,
      batches: order.stream, augmentation: augmentation, bestEpoch: best?.epoch,
      bestEvaluation: best?.evaluation)
    var all = tensors
    for (index, vector) in network.optimizerVectors.enumerated() {
      all.append(NamedTensor(name: "optimizer.\(index)", shape: [vector.count], values: vector))
    }
    if let best {
      all.append(
        NamedTensor(name: "best.parameters", shape: [best.parameters.count], values: best.parameters))
      all.append(NamedTensor(name: "best.state", shape: [best.state.count], values: best.state))
    }
    all.append(
      NamedTensor(
        name: "order", shape: [2, order.rows.count],
        values: order.rows.map { Float($0 >> 16) } + order.rows.map { Float($0 & 0xffff) }))
    do {
      let texts = [try Self.json(architecture), try Self.json(progress)]
      return try SafetensorsFile(
        tensors: all,
        metadata: [
          "format": Self.format, "version": "\(Self.formatVersion)", "architecture": texts[0],
          "progress": texts[1], "checksum": SafetensorsFile.checksum(of: all, texts),
        ]
      ).bytes()
    } catch {
      throw .damaged("cannot be written: \(error)")
    }
  }

  /// Writes the file in one step: a reader finds what was there before, or all of it.
  ///
  /// - Throws: `CheckpointError.inaccessible`.
  public func write(to path: String) throws(CheckpointError) {
    let bytes = try bytes()
    do {
      try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .inaccessible("cannot be written: \(error.localizedDescription)")
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  // MARK: Reading

  /// Reads a file.
  ///
  /// - Throws: `CheckpointError`, unless it is the whole of a file as it was written.
  /// - Complexity: O(bytes).
  public init(contentsOf path: String) throws(CheckpointError) {
    let file: SafetensorsFile
    do {
      file = try SafetensorsFile(contentsOf: path)
    } catch {
      switch error {
      case .inaccessible(_, let reason): throw .inaccessible(reason)
      case .truncated: throw .damaged("\(error)")
      default: throw .notACheckpoint("\(error)")
      }
    }
    try self.init(file)
  }

  /// Takes the parts of a file. Nothing in them is trusted.
  ///
  /// - Throws: `CheckpointError`.
  public init(_ file: SafetensorsFile) throws(CheckpointError) {
    guard file.metadata["format"] == Self.format else {
      throw .notACheckpoint(
        "expected the format '\(Self.format)', got '\(file.metadata["format"] ?? "none")'")
    }
    let version = file.metadata["version"] ?? ""
    guard let number = Int(version), number > 0 else { throw .damaged("version: got '\(version)'") }
    guard number <= Self.formatVersion else { throw .newer(version: version) }
    let texts = [file.metadata["architecture"] ?? "", file.metadata["progress"] ?? ""]
    guard file.metadata["checksum"] == SafetensorsFile.checksum(of: file.tensors, texts) else {
      throw .damaged("the checksum differs from the contents'")
    }
    let progress: Progress
    do {
      architecture = try JSONDecoder().decode(Architecture.self, from: Data(texts[0].utf8))
      progress = try JSONDecoder().decode(Progress.self, from: Data(texts[1].utf8))
    } catch {
      throw .damaged("progress: not as a training writes it")
    }
    var vectors: [[Float]] = []
    while let vector = file["optimizer.\(vectors.count)"] { vectors.append(vector.values) }
    (identity, epoch, steps) = (progress.identity, progress.epoch, progress.steps)
    (trainingLoss, augmentation) = (progress.trainingLoss, progress.augmentation)
    tensors = file.tensors.filter { $0.name.hasPrefix("layers.") }
    network = NetworkTrainingState(
      optimizerVectors: vectors, beta1Power: progress.beta1Power, beta2Power: progress.beta2Power,
      dropoutWords: progress.dropout)
    order = BatchOrder(rows: try Self.rows(file["order"]), stream: progress.batches)
    best =
      if let epoch = progress.bestEpoch, let evaluation = progress.bestEvaluation,
        let parameters = file["best.parameters"]?.values, let state = file["best.state"]?.values
      {
        EarlyStopping.BestEpoch(epoch: epoch, evaluation: evaluation, parameters: parameters, state: state)
      } else { nil }
    guard (best == nil) == (progress.bestEpoch == nil) else {
      throw .damaged("best epoch: expected its evaluation and weights")
    }
  }

  /// The order of the samples: each once.
  private static func rows(_ tensor: NamedTensor?) throws(CheckpointError) -> [Int32] {
    guard let tensor, tensor.shape.count == 2, tensor.shape[0] == 2 else {
      throw .damaged("order: expected a tensor of the shape [2, samples]")
    }
    let count = tensor.shape[1]
    var isSeen = [Bool](repeating: false, count: count)
    var rows: [Int32] = []
    rows.reserveCapacity(count)
    for index in 0..<count {
      let row = Double(tensor.values[index]) * 65536 + Double(tensor.values[count + index])
      guard let number = Int32(exactly: row), isSeen.indices.contains(Int(number)), !isSeen[Int(number)]
      else { throw .damaged("order: expected each of \(count) samples once") }
      isSeen[Int(number)] = true
      rows.append(number)
    }
    return rows
  }
}
