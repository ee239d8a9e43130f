import Datasets
import Foundation
import NeuralNetworks
import Studies
import Training

extension UntrustedReader {
  /// What a worker makes of lines on its standard input.
  static let workerRequests = UntrustedReader("worker-requests", examples: requestExamples) { bytes in
    pipe.write(bytes)
    for answer in WorkerRehearsal.answers(toRequestsFrom: pipe.descriptor, data: data) {
      try require(answer.last == UInt8(ascii: "\n"), "an answer is a line")
      try require(answer.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") }, "an answer is one line")
    }
  }

  /// What a study makes of lines on a worker's standard output.
  static let workerResponses = UntrustedReader("worker-responses", examples: responseExamples) { bytes in
    pipe.write(bytes)
    WorkerRehearsal.readResponses(from: pipe.descriptor)
  }

  private static let pipe = MemoryFile()

  private static let data: PreparedData = {
    let labels = (0..<8).map { Int32($0 % 2) }
    let part = Samples(features: labels.flatMap { [Float($0), Float(1 - $0)] }, labels: labels)
    return PreparedData(
      name: "two", training: part, validation: part, test: part, sampleShape: [2],
      task: .classification(classes: 2))
  }()

  private static let requestExamples: [String] = {
    var training = TrainingHyperparameters(
      optimizer: .sgd(momentum: 0.9), learningRate: 0.02, schedule: .cosine, batchSize: 4, epochs: 2)
    training.patience = 1
    let layers: [[Layer]] = [
      [.dense(units: 2), .activation(.relu), .dropout(rate: 0.5), .dense(units: 2)],
      [
        .reshape([2, 1, 1]), .conv2d(filters: 2, window: ConvolutionWindow(kernel: 1)),
        .residual([.batchNorm]), .maxPool(PoolingWindow(size: 1)), .flatten, .dense(units: 2),
      ],
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func json(_ value: some Encodable) -> String {
      (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
    let candidates = layers.map {
      Candidate(architecture: Architecture(sampleShape: [2], layers: $0), training: training)
    }
    let setup = WorkerSetup(dataset: DatasetReference(.builtIn(.digits)), split: [0.6, 0.2, 0.2], seed: 7)
    return candidates.map { candidate in
      "{\"train\":{\"_0\":\(json(TrialJob(trial: 3, candidate: candidate, untilEpoch: 1)))}}\n"
    } + [
      "{\"prepareInference\":{\"_0\":\(json(InferenceJob(trial: 3, candidate: candidates[0])))}}\n"
        + "{\"infer\":{\"_0\":{\"batchSize\":2,\"seconds\":0}}}\n",
      "{\"prepare\":{\"_0\":\(json(setup))}}\n",
    ]
  }()

  private static let responseExamples = [
    #"{"ready":{"_0":{"blasConfiguration":"OpenBLAS","blasCore":"Haswell","processor":0}}}"# + "\n",
    #"{"trained":{"outcome":{"epochs":2,"steps":4,"trainingLoss":0.5,"validationAccuracy":0.75,"validationLoss":0.4},"#
      + #""peakMemoryBytes":12345678,"trial":3}}"# + "\n" + #"{"failed":{"reason":"diverged","trial":4}}"#
      + "\n",
    #"{"notWritten":{"path":"a","reason":"b"}}"# + "\n" + #"{"unusable":{"reason":"no data"}}"# + "\n",
    #"{"inferenceReady":{"trainingBatch":32,"trial":3}}"# + "\n"
      + #"{"inferred":{"count":{"inferences":32,"seconds":0.01},"trial":3}}"# + "\n",
  ]
}
