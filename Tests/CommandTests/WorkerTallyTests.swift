import Datasets
import Foundation
import NeuralNetworks
import Studies
import Testing
import Training

@Suite struct WorkerTallyTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    let candidate = Candidate(
      architecture: Architecture(
        sampleShape: BuiltInDataset.digits.sampleShape, layers: [.dense(units: 10)]),
      training: TrainingHyperparameters(optimizer: .adam(), learningRate: 0.01, batchSize: 32, epochs: 1))
    let setup = WorkerSetup(dataset: DatasetReference(.builtIn(.digits)), split: [0.6, 0.2, 0.2], seed: 1)
    let encoder = JSONEncoder()
    let requests = [
      "{\"prepare\":{\"_0\":\(String(decoding: try encoder.encode(setup), as: UTF8.self))}}",
      "{\"train\":{\"_0\":\(String(decoding: try encoder.encode(TrialJob(trial: 0, candidate: candidate)), as: UTF8.self))}}",
    ]
    try place.write(requests.map { $0 + "\n" }.joined(), to: "requests")
  }

  // 32 bytes that were removed, as a tally is: plain ones, and a perfect likeness in a file that can still be shortened.
  @Test(
    "a worker that is started by hand trains, and writes into no file that happens to be under descriptor 3",
    arguments: ["0123456789abcdef0123456789abcdef", #"wattle tally 1\0\00123456789abcdef"#], ["", "--tally"])
  func foreignFile(content: String, option: String) throws {
    // Standard input stays open until the training is over: at its end a worker exits at once.
    let ended = try place.shell(
      """
      printf '\(content)' > tally; cp tally before; exec 3<> tally 4< tally; rm tally; touch answers
      (cat requests; for i in $(seq 1000); do grep -q trained answers && break; sleep 0.02; done) \
        | wattle worker \(option) > answers
      cat <&4 > after; cmp before after && grep -c trained answers
      """)
    #expect(ended.output == "1\n", "\(ended.errors)")
  }
}
