import Foundation
import NeuralNetworks
import Testing

@Suite("A search on files of the user's")
struct DataTests {
  private func configuration(
    _ dataset: String, first: String = "dense: {units: 8}", epochs: Int = 2
  ) -> String {
    """
    name: data
    dataset: {\(dataset)}
    architecture:
      - \(first)
      - dense: {units: 32}
      - activation: relu
      - dense: {units: classes}
    training: {optimizer: adam, learning-rate: 0.01, batch-size: 8, epochs: \(epochs)}
    search: {strategy: random, trials: 2, seed: 1}
    energy: {source: power-model}
    execution: {workers: 1}

    """
  }

  /// A table of the names 0 to 19, with a class that no line through them tells.
  private static let words =
    "w,y\n" + (0..<200).map { "\($0 % 20),\(($0 % 20).isMultiple(of: 3) ? "yes" : "no")\n" }.joined()

  @Test("with an embedding trains on the values as they are, and the weights say so")
  func embedding() throws {
    let place = try Workplace()
    try place.write(Self.words, to: "words.csv")
    try place.write(
      configuration("csv: words.csv", first: "embedding: {vocabulary: 20, dimension: 8}", epochs: 30),
      to: "data.yaml")
    let ended = try place.run("search", "data.yaml", "--run", "run", "--trials", "1")
    #expect(ended.status == 0, "\(ended.errors)")
    let introduction =
      "words.csv: 200 samples (120 training, 40 validation, 40 test) of shape [1]; classification of 'y' in 2 "
      + "classes: 'no', 'yes'\n"
    #expect(ended.errors.hasPrefix(introduction), "\(ended.errors)")
    #expect(try place.table("run/trials.csv").numbers("validation_accuracy") == [1])
    #expect(try place.run("train", "run", "--seeds", "1", "--output", "weights").status == 0)
    let file = try SafetensorsFile(contentsOf: place.path("weights/seed-1.safetensors"))
    #expect(file.metadata["feature_means"] == "[0]" && file.metadata["feature_deviations"] == "[1]")
    #expect(file.metadata["class_names"] == #"["no","yes"]"#)
  }

  @Test("is refused at once where no candidate's embedding knows the values; where some do, the others fail")
  func misfits() throws {
    let place = try Workplace()
    try place.write(Self.words, to: "words.csv")
    try place.write(
      configuration("csv: words.csv", first: "embedding: {vocabulary: {choice: [10, 19]}, dimension: 8}"),
      to: "data.yaml")
    let refused = try place.run("search", "data.yaml", "--run", "run")
    #expect(refused.status == 65)
    let line =
      "data.yaml:4:3: architecture: an embedding expected whole numbers in 0 ..< 19, got 19.0 in sample 20 of "
      + "words.csv; enlarge the vocabulary, or write the columns' values as 0, 1, 2, …\n"
    #expect(refused.errors == line)
    #expect(place.names() == ["data.yaml", "words.csv"])
    try place.write(
      configuration(
        "csv: words.csv", first: "choice: [embedding: {vocabulary: 19, dimension: 8}, dense: {units: 4}]"),
      to: "data.yaml")
    let ended = try place.run("search", "data.yaml", "--run", "run", "--trials", "8")
    #expect(ended.status == 0, "\(ended.errors)")
    let trials = try place.table("run/trials.csv")
    for (state, failure) in zip(trials["state"], trials["failure"]) where state == "failed" {
      #expect(failure.contains("an embedding expected whole numbers in 0 ..< 19, got 19.0"))
    }
    #expect(Set(trials["state"]).isSuperset(of: ["failed", "completed"]))
  }

  @Test("of a regression optimises R² by default, also of large targets")
  func regression() throws {
    let place = try Workplace()
    let rows = (0..<120).map { "\(1_700_000_000 + 20 * $0),\(1_000_000_000 + 10 * $0).5\n" }
    try place.write("time,y\n" + rows.joined(), to: "large.csv")
    try place.write(configuration("csv: large.csv", epochs: 60), to: "data.yaml")
    let ended = try place.run("search", "data.yaml", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("of shape [1]; regression of 'y'\n"))
    #expect(
      try place.text(of: "run/config.yaml").contains(
        "objectives: [{maximize: r2}, {minimize: training-energy}]"))
    let trials = try place.table("run/trials.csv")
    for (r2, rmse) in zip(trials.numbers("validation_r2"), trials.numbers("validation_rmse")) {
      // The targets' deviation is 346.
      #expect(r2 > 0.95 && rmse < 80)
    }
    let resumed = try place.run("search", "data.yaml", "--run", "run", "--resume", "--trials", "3")
    #expect(resumed.status == 0, "\(resumed.errors)")
  }
}
