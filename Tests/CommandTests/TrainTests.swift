import Foundation
import NeuralNetworks
import Testing

@Suite struct TrainTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    let ended = try place.run("search", "small.yaml", "--run", "run", "--trials", "6", "--workers", "2")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: place.url.appendingPathComponent(name))
  }

  @Test("train repeats the trial with its own seed and adds other seeds")
  func seeds() throws {
    let ended = try place.run("train", "run", "--trial", "2", "--seeds", "3")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      place.names(in: "run/trained/trial-2")
        == ["seed-11.safetensors", "seed-12.safetensors", "seed-13.safetensors", "seeds.csv", "summary.json"])
    #expect(place.names(in: "run/trained") == ["trial-2"])
    let trials = try place.table("run/trials.csv")
    let seeds = try place.table("run/trained/trial-2/seeds.csv")
    #expect(seeds["seed"] == ["11", "12", "13"])
    for column in ["validation_accuracy", "test_accuracy", "validation_loss", "epochs"] {
      #expect(seeds[column][0] == trials[column][2], "\(column)")
    }
    #expect(Set(seeds["validation_loss"]).count == 3)
    #expect(seeds.numbers("training_energy_kwh").allSatisfy { $0 > 0 })

    let summary = try place.json("run/trained/trial-2/summary.json")
    let sorted = seeds.numbers("test_accuracy").sorted()
    let spread = try #require(summary.object("test_accuracy"))
    #expect(spread.number("median") == sorted[1] && spread.number("largest") == sorted[2])
    let mean = seeds.numbers("training_energy_kwh").reduce(0, +) / 3 * 3.6e6
    let energy = try #require(summary.object("training_energy")?.number("joules"))
    #expect(abs(energy - mean) < 1e-9 * mean)
    #expect(ended.output.contains("test accuracy, median") && ended.output.contains("T = "))
  }

  @Test("the weights are the same bytes each time, and say what they are")
  func weights() throws {
    #expect(try place.run("train", "run", "--trial", "1", "--seeds", "2", "--output", "a").status == 0)
    #expect(try place.run("train", "run", "--trial", "1", "--seeds", "1", "--output", "b").status == 0)
    #expect(try bytes("a/seed-11.safetensors") == bytes("b/seed-11.safetensors"))
    #expect(try bytes("a/seed-11.safetensors") != bytes("a/seed-12.safetensors"))
    let file = try SafetensorsFile(contentsOf: place.path("a/seed-11.safetensors"))
    let trials = try place.table("run/trials.csv")
    #expect(file.metadata["hash"] == trials["hash"][1] && file.metadata["dataset"] == "digits")
    #expect(file.metadata["feature_means"]?.hasPrefix("[4.") == true)
    let architecture = try JSONDecoder().decode(
      Architecture.self, from: Data(try #require(file.metadata["architecture"]).utf8))
    var network = try Network(architecture, maximumBatchSize: 1, seed: 0, trial: 0)
    try network.setTensors(file.tensors)
    #expect(Double(network.parameterCount) == trials.numbers("parameters")[1])
  }

  @Test("what cannot be trained is said in one line, and nothing is written")
  func errors() throws {
    let cases: [([String], Int32, String)] = [
      (["train", "nowhere"], 66, "nowhere/study.sqlite: no such journal"),
      (["train", "run", "--trial", "6"], 66, "run: no trial 6; the run has 0 to 5"),
      (["train", "run", "--trial", "-1"], 64, "--trial"),
      (["train", "run", "--seeds", "0"], 64, "--seeds must be from 1 to 1000, got 0"),
      (["train", "run", "--output", "small.yaml/x"], 73, "small.yaml/x: the run's folder cannot be made"),
    ]
    for (arguments, status, message) in cases {
      let ended = try place.run(arguments)
      #expect(ended.status == status, "\(arguments): \(ended.errors)")
      #expect(ended.errors.contains(message), "\(ended.errors)")
      #expect(ended.output.isEmpty)
    }
    #expect(place.names() == ["run", "small.yaml"] && !place.names(in: "run").contains("trained"))
  }
}
