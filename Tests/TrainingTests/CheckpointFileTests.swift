import Datasets
import Foundation
import NeuralNetworks
import Testing
import Training

@Suite("Checkpoint files")
struct CheckpointFileTests {
  private let test = PausedCase(
    "all", [.dense(units: 3), .batchNorm, .activation(.relu), .dropout(rate: 0.2)], optimizer: .adam()
  ) {
    $0.augmentation = Augmentation(noise: 0.1)
    $0.patience = 3
  }

  private func session(_ candidate: Candidate? = nil, seed: UInt64 = 7, trial: Int = 3) throws
    -> TrainingSession
  {
    try TrainingSession(candidate ?? test.candidate, on: test.data, seed: seed, trial: trial)
  }

  private func checkpoint() throws -> TrainingCheckpoint {
    var part = try session()
    try part.advance(toEpoch: 2)
    return part.checkpoint()
  }

  private func refusal(_ bytes: Data) -> CheckpointError? {
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).checkpoint"
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try bytes.write(to: URL(fileURLWithPath: path))
      _ = try TrainingCheckpoint(contentsOf: path)
      return nil
    } catch { return error as? CheckpointError }
  }

  @Test("A file that was written is read back to the bit, and the same checkpoint gives the same bytes")
  func roundTrip() throws {
    let checkpoint = try checkpoint()
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).checkpoint"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try checkpoint.write(to: path)
    #expect(try TrainingCheckpoint(contentsOf: path) == checkpoint)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == checkpoint.bytes())
    #expect(checkpoint.epoch == 2)
    #expect(checkpoint.steps == 10)
    #expect(checkpoint.identity.hash == test.candidate.canonicalHash)
  }

  @Test("A changed bit anywhere is found")
  func changedBits() throws {
    let bytes = try checkpoint().bytes()
    var missed: [Int] = []
    for index in stride(from: 0, to: bytes.count, by: 11) {
      var damaged = bytes
      damaged[index] ^= 1
      if refusal(damaged) == nil { missed.append(index) }
    }
    #expect(missed.isEmpty)
  }

  @Test("A file that was cut off is found", arguments: [0, 7, 8, 100, -1])
  func cutOff(length: Int) throws {
    let bytes = try checkpoint().bytes()
    #expect(refusal(bytes.prefix(length < 0 ? bytes.count + length : length)) != nil)
  }

  @Test("A file of a later version, one of weights and none at all are told from each other")
  func otherFiles() throws {
    let file = try SafetensorsFile(bytes: checkpoint().bytes())
    var metadata = file.metadata
    metadata["version"] = "2"
    let newer = try SafetensorsFile(tensors: file.tensors, metadata: metadata).bytes()
    #expect(refusal(newer) == .newer(version: "2"))
    let fresh = try session()
    let weights = try SafetensorsFile(fresh.network, metadata: ["format": "wattle 1"]).bytes()
    #expect(refusal(weights) == .notACheckpoint("expected the format 'wattle checkpoint', got 'wattle 1'"))
    guard case .notACheckpoint = refusal(Data("seed,accuracy\n1,0.9\n".utf8)) else {
      Issue.record("expected no checkpoint")
      return
    }
    let missing = #expect(throws: CheckpointError.self) {
      try TrainingCheckpoint(contentsOf: "/nonexistent/trial-3.checkpoint")
    }
    #expect(missing?.description.contains("cannot be read") == true)
    #expect(throws: CheckpointError.self) { try TrainingCheckpoint(contentsOf: NSTemporaryDirectory()) }
  }

  @Test(
    "Figures that no training has are refused, though the checksum fits",
    arguments: [
      (#""steps":10"#, #""steps":9223372036854775807"#, "steps: expected 10 after 2 epochs"),
      (#""steps":10"#, #""steps":-10"#, "steps: expected 10 after 2 epochs"),
      (#""accuracy":"#, #""accuracy":7"#, "best epoch: expected a finite loss and an accuracy in 0 ... 1"),
      (
        #""beta1Power":0"#, #""beta1Power":7"#,
        "beta1 to the power of the steps: expected a number in 0 ... 1"
      ),
    ])
  func impossibleFigures(written: String, lie: String, says: String) throws {
    let file = try SafetensorsFile(bytes: checkpoint().bytes())
    var metadata = file.metadata
    let progress = try #require(metadata["progress"])
    #expect(progress.contains(written), "\(progress)")
    metadata["progress"] = progress.replacingOccurrences(of: written, with: lie)
    metadata["checksum"] = SafetensorsFile.checksum(
      of: file.tensors, [metadata["architecture"] ?? "", metadata["progress"] ?? ""])
    let forged = try TrainingCheckpoint(SafetensorsFile(tensors: file.tensors, metadata: metadata))
    var session = try session()
    let error = #expect(throws: CheckpointError.self) { try session.restore(forged) }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test("What cannot be written says so")
  func unwritable() throws {
    let checkpoint = try checkpoint()
    let error = #expect(throws: CheckpointError.self) {
      try checkpoint.write(to: "/nonexistent/a.checkpoint")
    }
    #expect(error?.description.contains("cannot be written") == true)
  }

  @Test("The checkpoint of another training is refused, and the session goes on as it was")
  func foreign() throws {
    let checkpoint = try checkpoint()
    let expected = try Trainer.train(test.candidate, on: test.data, seed: 8, trial: 3)
    var other = try session(seed: 8)
    #expect(throws: CheckpointError.foreign(what: "seed", expected: "8", found: "7")) {
      try other.restore(checkpoint)
    }
    try other.advance(toEpoch: 6)
    #expect(try other.outcome() == expected)

    var neighbour = try session(trial: 4)
    #expect(throws: CheckpointError.foreign(what: "trial", expected: "4", found: "3")) {
      try neighbour.restore(checkpoint)
    }
    var longer = test.candidate
    longer.training.epochs = 7
    var stranger = try session(longer)
    let error = #expect(throws: CheckpointError.self) { try stranger.restore(checkpoint) }
    #expect(
      error?.description.hasPrefix("checkpoint: expected the candidate \(longer.canonicalHash), got ") == true
    )

    var data = test.data
    data.training.features.removeLast(16)
    data.training.labels.removeLast()
    var fewer = try TrainingSession(test.candidate, on: data, seed: 7, trial: 3)
    #expect(throws: CheckpointError.foreign(what: "number of training samples", expected: "74", found: "75"))
    {
      try fewer.restore(checkpoint)
    }
  }

  @Test("A checkpoint of the same network with its layers counted otherwise changes nothing")
  func otherNames() throws {
    // A dropout of rate 0 is no layer to the canonical hash, but it has a number.
    var candidate = test.candidate
    candidate.architecture.layers.insert(.dropout(rate: 0), at: 0)
    #expect(candidate.canonicalHash == test.candidate.canonicalHash)
    let expected = try Trainer.train(candidate, on: test.data, seed: 7, trial: 3)
    var other = try session(candidate)
    let checkpoint = try checkpoint()
    #expect(throws: CheckpointError.weights(.shape(name: "layers.1.weight", expected: [16, 3], found: [3]))) {
      try other.restore(checkpoint)
    }
    try other.advance(toEpoch: 6)
    #expect(try other.outcome() == expected)
  }
}
