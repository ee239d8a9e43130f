import Foundation
import Testing

/// A case of `engine-bench` that it must refuse, and what the one line about it must say.
private struct BadCase: Sendable, CustomTestStringConvertible {
  var name: String
  var lines: [String]
  var says: [String]

  var testDescription: String { name }

  static let all = [
    BadCase(name: "nothing", lines: [], says: ["case:", "a line of JSON"]),
    BadCase(name: "no JSON", lines: ["MLP 64-32-10"], says: ["case:", "JSON"]),
    BadCase(
      name: "no batch", lines: [engineCase().replacingOccurrences(of: "batch", with: "batches")],
      says: ["case: 'batch' is missing"]),
    BadCase(
      name: "no samples in a batch", lines: [engineCase(batch: 0)],
      says: ["case: batch: expected 1", "got 0"]),
    BadCase(
      name: "fewer samples than a batch", lines: [engineCase(batch: 65)],
      says: ["case: samples: expected at least the batch of 65, got 64"]),
    BadCase(
      name: "more numbers than memory", lines: [engineCase(samples: 1 << 40)],
      says: ["case: samples:", "at most"]),
    BadCase(name: "another mode", lines: [engineCase(mode: "guessing")], says: ["case: mode:", "guessing"]),
    BadCase(
      name: "an unknown layer", lines: [engineCase(layer: #"{"dens":{"units":3}}"#)],
      says: ["case: architecture.layers.[0]: expected a layer"]),
    BadCase(
      name: "a layer that does not fit", lines: [engineCase(layer: #"{"max-pool":{"size":2}}"#)],
      says: ["case: architecture: layers[0] (max-pool", "[8]"]),
    BadCase(
      name: "a turn without an end", lines: [engineCase(), #"{"seconds":-1}"#],
      says: ["turn: seconds: expected a number above 0", "got -1"]),
  ]
}

private func engineCase(
  layer: String = #"{"dense":{"units":3}}"#, batch: Int = 16, samples: Int = 64, mode: String = "training"
) -> String {
  """
  {"architecture":{"sampleShape":[8],"layers":[\(layer)]},"batch":\(batch),"samples":\(samples),"mode":"\(mode)"}
  """
}

@Suite struct EngineBenchTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(
    "a case is answered by what it is, and each turn by what its steps took",
    arguments: ["training", "inference"])
  func answers(mode: String) throws {
    let turn = #"{"seconds":0.01}"#
    let ended = try place.run(["engine-bench"], input: [engineCase(mode: mode), turn, turn])
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.isEmpty)
    let answers = try ended.outputLines.map { try JSON(parsing: String($0)) }
    try #require(answers.count == 3)
    #expect(answers[0].number("parameters") == 27)
    // A product of 8 × 3 and a bias for each of 16 samples; training does more.
    let forward = 16.0 * (2 * 8 * 3)
    #expect(try #require(answers[0].number("flopsPerStep")) >= forward * (mode == "training" ? 2 : 1))
    for measured in answers[1...] {
      let steps = try #require(measured.number("steps"))
      let seconds = try #require(measured.number("seconds"))
      let median = try #require(measured.number("medianMicroseconds"))
      let minimum = try #require(measured.number("minimumMicroseconds"))
      #expect(seconds >= 0.01)
      #expect(0 < minimum && minimum <= median)
      #expect(minimum * steps <= seconds * 1e6 * 1.001)
      #expect(try #require(measured.number("peakMemoryBytes")) > 1e6)
    }
  }

  @Test("training steps learn")
  func learns() throws {
    let ended = try place.run(
      ["engine-bench"],
      input: [
        engineCase(layer: #"{"dense":{"units":100}}, {"activation":"relu"}, {"dense":{"units":3}}"#),
        #"{"seconds":0.2}"#,
      ])
    let measured = try JSON(parsing: String(try #require(ended.outputLines.last)))
    // 64 samples of noise are learnt by heart; chance is log 3.
    #expect(try #require(measured.number("result")) < 0.5)
  }

  @Test("a malformed case gives one line and the exit code of bad input", arguments: BadCase.all)
  fileprivate func refuses(bad: BadCase) throws {
    let ended = try place.run(["engine-bench"], input: bad.lines)
    #expect(ended.status == 65, "\(ended.errors)")
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
    for part in bad.says { #expect(ended.errors.contains(part), "\(ended.errors)") }
  }
}
