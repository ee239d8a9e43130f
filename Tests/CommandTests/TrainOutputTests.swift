import Foundation
import Testing

@Suite struct TrainOutputTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    let ended = try place.run("search", "small.yaml", "--run", "run", "--trials", "2", "--workers", "1")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  private func train(_ output: String, _ options: String...) throws -> Ended {
    try place.run(["train", "run", "--trial", "1", "--seeds", "1", "--output", output] + options)
  }

  @Test("--force replaces what an earlier training wrote, and nothing is replaced without it")
  func force() throws {
    #expect(try place.run("train", "run", "--trial", "0", "--seeds", "2", "--output", "kept").status == 0)
    let refused = try train("kept")
    #expect(refused.status == 73 && refused.errorLines.count == 1)
    #expect(refused.errors.hasPrefix("kept: is there already; replace it with --force"), "\(refused.errors)")
    #expect(try place.json("kept/summary.json").number("trial") == 0)
    #expect(try train("kept", "--force").status == 0)
    #expect(place.names(in: "kept") == ["seed-11.safetensors", "seeds.csv", "summary.json"])
    #expect(try place.json("kept/summary.json").number("trial") == 1)
    #expect(place.names() == ["kept", "run", "small.yaml"])
  }

  @Test(
    "--force replaces nothing but an earlier training's folder",
    arguments: [
      ("mixed", "holds 'note.txt'"), ("other", "holds a summary.json that"), ("run", "holds the run"),
      (".", "holds the run"), ("run/..", "holds the run"), ("link", "holds the run"),
      ("small.yaml", "is a file"), ("nested", "holds 'inner'"),
    ])
  func foreign(output: String, cause: String) throws {
    #expect(try train("mixed").status == 0)
    try place.write("mine", to: "mixed/note.txt")
    try FileManager.default.createDirectory(atPath: place.path("other"), withIntermediateDirectories: true)
    try place.write("{}", to: "other/summary.json")
    try FileManager.default.createDirectory(
      atPath: place.path("nested/inner"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: place.path("link"), withDestinationPath: "run")
    let before = try place.shell("find . -type f | sort | xargs md5sum").output
    for options in [[], ["--force"]] {
      let ended = try place.run(["train", "run", "--seeds", "1", "--output", output] + options)
      #expect(ended.status == 73)
      #expect(ended.errorLines.count == 1 && ended.errors.hasPrefix("\(output): \(cause)"), "\(ended.errors)")
      #expect(ended.errors.contains("--output"))
    }
    #expect(try place.shell("find . -type f | sort | xargs md5sum").output == before)
  }

  @Test("the folder that the program was started in is not replaced", arguments: [".", "..", "../here"])
  func currentFolder(output: String) throws {
    #expect(try train("outer").status == 0)
    #expect(try train("outer/here").status == 0)
    for name in ["seed-11.safetensors", "seeds.csv", "summary.json"] {
      try FileManager.default.removeItem(atPath: place.path("outer/\(name)"))
    }
    let ended = try place.shell("cd outer/here; wattle train ../../run --seeds 1 --output \(output) --force")
    #expect(ended.status == 73)
    #expect(
      ended.errorLines.count == 1 && ended.errors.contains("is the current folder or above it"),
      "\(ended.errors)")
    #expect(place.names(in: "outer/here") == ["seed-11.safetensors", "seeds.csv", "summary.json"])
  }

  @Test("an empty folder is filled")
  func empty() throws {
    try FileManager.default.createDirectory(atPath: place.path("empty"), withIntermediateDirectories: true)
    #expect(try train("empty").status == 0)
    #expect(place.names(in: "empty") == ["seed-11.safetensors", "seeds.csv", "summary.json"])
  }

  /// A run of one trial that takes long enough to be interrupted.
  private func startLongTraining(_ options: String...) throws -> Running {
    if place.names(in: "long").isEmpty {
      let long = try place.run(
        "search", "small.yaml", "--run", "long", "--trials", "1", "--set", "training.epochs=400")
      #expect(long.status == 0, "\(long.errors)")
    }
    return try place.start(["train", "long", "--seeds", "900"] + options)
  }

  @Test(
    "a request to stop keeps the trainings that are finished, and says how many and how to go on",
    arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(75)), (SIGHUP, Int32(75))])
  func interruption(signal: Int32, status: Int32) throws {
    let running = try startLongTraining("--output", "a model")
    #expect(eventually { running.errors.contains("[2/900]") })
    running.signal(signal)
    let ended = try running.wait()
    #expect(ended.status == status, "\(ended.errors)")
    let seeds = try place.table("a model/seeds.csv")
    #expect(seeds.rows.count >= 2 && seeds.rows.count < 900)
    let summary = try place.json("a model/summary.json")
    #expect(summary.number("trainings_wanted") == 900)
    #expect(summary.number("trainings_done") == Double(seeds.rows.count))
    #expect(place.names(in: "a model") == (seeds["weights"] + ["seeds.csv", "summary.json"]).sorted())
    #expect(ended.output.contains("with \(seeds.rows.count) of 900 seeds"), "\(ended.output)")
    let hint = try #require(ended.errors.firstMatch(of: /train all with: wattle (.*)\n/)).1
    #expect(hint == "train long --trial 0 --seeds 900 --output 'a model' --force")

    // What is interrupted sooner does not take away what was there.
    let again = try startLongTraining("--output", "a model", "--force")
    #expect(eventually { again.errors.contains("[1/900]") })
    again.signal(signal)
    let second = try again.wait()
    #expect(second.status == status)
    #expect(try place.table("a model/seeds.csv").rows.count >= seeds.rows.count)
    let finished = try place.run("train", "long", "--seeds", "1", "--output", "a model", "--force")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(place.names() == ["a model", "long", "run", "small.yaml"])
  }

  @Test("a request to stop before the first training is finished leaves nothing")
  func earlyInterruption() throws {
    let slow = try place.run(
      "search", "small.yaml", "--run", "slow", "--trials", "1", "--set", "training.epochs=4000")
    #expect(slow.status == 0, "\(slow.errors)")
    let running = try place.start(["train", "slow", "--seeds", "2"])
    #expect(eventually { !running.workers().isEmpty })
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 130 && ended.errors.contains("nothing was written"), "\(ended.errors)")
    #expect(place.names(in: "slow/trained").isEmpty)
  }

  @Test("a hang-up that the program was started to ignore does not stop it")
  func ignoredHangUp() throws {
    let ended = try place.shell(
      "trap '' HUP; wattle train run --seeds 200 --output model & sleep 0.3; kill -HUP $(pgrep -P $! ) ; wait $!"
    )
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("model/seeds.csv").rows.count == 200)
  }

  @Test("a trial is trained by one program at a time, and what a killed one left is cleared")
  func oneAtATime() throws {
    let first = try startLongTraining()
    #expect(eventually { first.errors.contains("[1/900]") })
    for options in [[], ["--force"]] {
      let second = try place.run(["train", "long", "--seeds", "1"] + options)
      #expect(second.status == 75)
      #expect(
        second.errorLines == [
          "long/trained/trial-0: another wattle is training into it; wait for it or stop it"
        ])
    }
    first.signal(SIGKILL)
    _ = try first.wait()
    #expect(eventually { first.workers().isEmpty })
    #expect(place.names(in: "long/trained") != [])
    let third = try place.run("train", "long", "--seeds", "1")
    #expect(third.status == 0, "\(third.errors)")
    #expect(place.names(in: "long/trained") == ["trial-0"])
    #expect(
      place.names(in: "long/trained/trial-0") == ["seed-11.safetensors", "seeds.csv", "summary.json"])
  }
}
