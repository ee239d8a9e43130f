import Foundation
import Testing

@Suite struct OptionTests {
  @Test("options and --set override the configuration, and the run keeps the result")
  func overrides() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--trials", "3", "--seed", "21", "--strategy", "evolutionary",
      "--workers", "1", "--set", "training.epochs=1", "--set", "architecture[0].dense.units=5")
    #expect(ended.status == 0, "\(ended.errors)")
    let trials = try place.table("run/trials.csv")
    #expect(trials.rows.count == 3)
    #expect(Set(trials["seed"]) == ["21"] && Set(trials["strategy"]) == ["evolutionary"])
    #expect(Set(trials["epochs"]) == ["1"])
    // 64 × 5 + 5, then 5 × 10 + 10.
    #expect(Set(trials["parameters"]) == ["385"])
    #expect(try place.json("run/host.json").number("workers") == 1)
    let configuration = try place.text(of: "run/config.yaml")
    for line in ["trials: 3", "seed: 21", "strategy: evolutionary", "workers: 1", "epochs: 1", "units: 5"] {
      #expect(configuration.contains(line), "\(line)")
    }
    // The resolved configuration is a configuration.
    #expect(try place.run("search", "run/config.yaml", "--run", "again").status == 0)
    let measured = Table.measuredColumns
    #expect(try place.table("again/trials.csv").without(measured) == trials.without(measured))
  }

  @Test("a budget ends the search when no further trial fits into it", arguments: ["10 J", "2.8e-3Wh"])
  func budget(text: String) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--trials", "100000", "--budget", text, "--json")
    #expect(ended.status == 0, "\(ended.errors)")
    let summary = try JSON(parsing: ended.output)
    #expect(summary.text("ending") == "budget")
    #expect(try #require(summary.number("metered_joules")) > 0)
    #expect(try place.table("run/trials.csv").rows.count < 100_000)
  }

  @Test("--json prints what summary.json holds")
  func json() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run("search", "small.yaml", "--run", "run", "--trials", "2", "--json")
    #expect(ended.status == 0)
    #expect(ended.output == (try place.text(of: "run/summary.json")))
    let summary = try JSON(parsing: ended.output)
    #expect(summary.object("trials")?.number("total") == 2)
    // From the journal the same, but for why it ended.
    let shown = try JSON(parsing: place.run("show", "run", "--json").output)
    var rest = summary
    rest.members["ending"] = nil
    #expect(shown == rest)
  }

  @Test("--version prints a version")
  func version() throws {
    let ended = try Workplace().run("--version")
    #expect(ended.status == 0)
    #expect(ended.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test("the help of every command has an example of it")
  func help() throws {
    let place = try Workplace()
    let overview = try place.run("--help")
    #expect(overview.status == 0 && overview.output.contains("wattle search search-spaces/digits-mlp.yaml"))
    let list = overview.output.components(separatedBy: "SUBCOMMANDS:").last ?? ""
    let commands = list.matches(of: /\n {2}([a-z-]+) {2,}/).map { String($0.1) }
    #expect(commands.count >= 5, "\(commands)")
    for command in commands {
      let help = try place.run(command, "--help")
      #expect(help.status == 0)
      #expect(help.output.contains("\n  wattle \(command)"), "\(command)")
    }
  }

  @Test(
    "wrong usage is told apart from wrong data, and nothing is written",
    arguments: [
      ["frobnicate"], ["search"], ["search", "small.yaml", "--trials", "0"],
      ["search", "small.yaml", "--workers", "0"], ["search", "small.yaml", "--seed=-1"],
      ["search", "small.yaml", "--budget", "2"], ["search", "small.yaml", "--budget=-2 Wh"],
      ["search", "small.yaml", "--budget", "0 J"], ["search", "small.yaml", "--strategy", "guess"],
      ["search", "small.yaml", "--set"], ["search", "small.yaml", "--run", ""],
      ["search", "small.yaml", "--unknown"], ["search", "small.yaml", "other.yaml"], ["pareto"],
      ["pareto", ""], ["pareto", "run", "--objectives", "speed"], ["pareto", "run", "--objectives", ""],
      ["pareto", "run", "--objectives", "accuracy,accuracy"], ["pareto", "run", "--csv", ""], ["show"],
      ["show", ""], ["show", "run", "first"], ["compare", "small.yaml", "--seeds", "0"],
      ["compare", "small.yaml", "--target", "2"], ["compare", "small.yaml", "--strategies", "random,random"],
      ["compare", "small.yaml", "--strategies", ","],
      ["compare", "small.yaml", "--strategies", "random,,grid"],
      ["pareto", "run", "--objectives", "accuracy,"], ["compare", "small.yaml", "--run", ""],
      ["doctor", "--unknown"],
    ])
  func wrongUsage(arguments: [String]) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(arguments)
    #expect(ended.status == 64, "\(ended.errors)")
    #expect(ended.output.isEmpty)
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.contains("; see `wattle") && ended.errors.hasSuffix(" --help`\n"), "\(ended.errors)")
    #expect(place.names() == ["small.yaml"])
  }

  @Test("a mistake in the arguments is one line, names the command's help and moves no cursor")
  func oneLine() throws {
    let place = try Workplace()
    let trials = try place.run("search", "small.yaml", "--trials", "0")
    #expect(trials.errors == "--trials must be at least 1, got 0; see `wattle search --help`\n")
    let command = try place.run("frobnicate")
    #expect(
      command.errorLines.count == 1 && command.errors.hasSuffix("; see `wattle --help`\n"),
      "\(command.errors)")
    let escape = try place.run("show", "run", "\u{1b}[2Jx\n\u{9b}y")
    #expect(escape.status == 64 && escape.errorLines.count == 1, "\(escape.errors)")
    #expect(!escape.errors.unicodeScalars.contains { $0.value == 27 || $0.value == 0x9b })
  }

  @Test("an amount without a unit is answered with how to write it")
  func budgetWithoutUnit() throws {
    let ended = try Workplace.withSmallStudy().run("search", "small.yaml", "--budget", "2")
    #expect(ended.errors.contains("`2` has no unit; write e.g. `2 Wh`"), "\(ended.errors)")
  }

  @Test("--exclusive runs one trial at a time")
  func exclusive() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "3", "--exclusive").status == 0)
    #expect(try place.json("run/host.json").number("workers") == 1)
    #expect(try place.text(of: "run/config.yaml").contains("exclusive: true"))
    let ended = try place.run("search", "small.yaml", "--run", "other", "--exclusive", "--workers", "2")
    #expect(ended.status == 64)
    #expect(ended.errors.contains("leave out --workers 2"), "\(ended.errors)")
  }
}
