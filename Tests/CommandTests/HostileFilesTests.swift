import Foundation
import GRDB
import Testing

/// Files that are damaged, of another kind, or written to deceive: one line, and never a crash or a hang.
@Suite struct HostileFilesTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "3").status == 0)
  }

  private func journal(_ sql: String) throws {
    try DatabaseQueue(path: place.path("run/study.sqlite")).write { try $0.execute(sql: sql) }
  }

  @Test(
    "a damaged journal is bad input, and stays as it is",
    arguments: [
      "UPDATE trial SET hash = x'00ff'", "UPDATE trial SET peak_memory_bytes = 'much'",
      "UPDATE trial SET energy = '{}'", "UPDATE trial SET wall_seconds = -1",
      "UPDATE trial SET duplicate_of = 99", "UPDATE session SET books = ''", "UPDATE study SET name = x'00'",
      "UPDATE trial_end SET ended_at = 'noon'", "UPDATE trial_quote SET joules = NULL",
      "UPDATE trial SET outcome = replace(outcome, '\"epochs\":', '\"epochs\":-')",
      "DROP TABLE session", "ALTER TABLE trial DROP COLUMN costs",
    ])
  func journalDamage(sql: String) throws {
    try journal(sql)
    func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: place.path("run/study.sqlite"))) }
    let before = try bytes()
    for command in [
      "show run", "show run 0 --json", "pareto run", "life-cycle run --inferences 1e6", "train run",
      "search small.yaml --trials 3 --run run --resume", "search small.yaml --trials 9 --run run --resume",
    ] {
      let ended = try place.shell("wattle \(command)")
      #expect(ended.status == 65, "\(command): \(ended.errors)")
      #expect(
        ended.errorLines.last?.contains("the journal is damaged: bring it back from a copy") == true,
        "\(ended.errors)")
      #expect(try bytes() == before, "\(command)")
    }
  }

  @Test(
    "named pipes in a run's folder hold nobody up",
    arguments: ["study.sqlite", "study.sqlite-journal", "config.yaml"])
  func pipes(name: String) throws {
    for command in ["show new", "search small.yaml --run new", "search small.yaml --run new --resume"] {
      let ended = try place.shell("rm -rf new; mkdir new; mkfifo new/\(name); wattle \(command)")
      if name.hasSuffix("-journal"), command.hasSuffix("new"), command.hasPrefix("search") {
        // What a search that died left beside no journal is cleared away.
        #expect(ended.status == 0, "\(ended.errors)")
        continue
      }
      #expect([65, 66].contains(ended.status), "\(command): \(ended.status ?? -1) \(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
    }
  }

  @Test("odd files among the profiles are noted, and damaged ones listed by the doctor")
  func profiles() throws {
    let odd = try place.shell(
      """
      mkdir -p conf/wattle/profiles; mkfifo conf/wattle/profiles/a.json
      export XDG_CONFIG_HOME=$PWD/conf; wattle meter --energy-source powerModel -- true || wattle meter -- true
      """)
    #expect(
      odd.status == 0 && odd.errors.contains("a.json: the energy profile cannot be read: not a regular file"))
    let doctor = try place.shell(
      "echo '{' > conf/wattle/profiles/b.json; export XDG_CONFIG_HOME=$PWD/conf; wattle doctor")
    #expect(doctor.status == 0, "\(doctor.errors)")
    #expect(doctor.output.contains("b.json: damaged energy profile: no valid JSON; delete the file"))
    #expect(doctor.output.contains("a.json: the energy profile cannot be read: not a regular file"))
  }

  @Test("figures of an hourly file that cannot be are refused", arguments: ["1e300", "1e308", "nan", "-1"])
  func hours(figure: String) throws {
    try place.write("2026-01-01T00:00Z,\(figure)\n2026-01-01T01:00Z,\(figure)\n", to: "hours.csv")
    for format in ["", " --json", " --csv -"] {
      let ended = try place.shell("wattle life-cycle run --inferences 1e30 --hourly hours.csv\(format)")
      #expect(ended.status == 65, "\(ended.errors)")
      #expect(
        ended.errorLines == [
          "hours.csv: row 1: expected a carbon intensity from 0 to 100000 g/kWh, found `\(figure)`"
        ])
    }
  }

  @Test("as many inferences as can be asked for are counted", arguments: ["", " --json", " --csv -"])
  func manyInferences(format: String) throws {
    try place.write("2026-01-01T00:00Z,100000\n2026-01-01T01:00Z,0\n", to: "hours.csv")
    let ended = try place.shell(
      "wattle life-cycle run --inferences 1e30 --pue 1-100 --hourly hours.csv --best-hours 1h\(format)")
    #expect(ended.status == 0 && !ended.output.isEmpty, "\(ended.errors)")
  }

  @Test("a terminal is told nothing by a file or a name")
  func escapes() throws {
    try journal(
      "UPDATE trial SET state = 'failed', outcome = NULL, failure = 'a' || char(27, 10, 155) || ']0;b' WHERE number = 0"
    )
    try place.write(
      "Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh\nFr\u{1b}[31mance,FR\u{9b}A,2024,44\n",
      to: "grid.csv")
    for (script, shows) in [
      ("wattle show run 0", #"a\u{1b}\n\u{9b}]0;b"#),
      (
        "wattle life-cycle run --inferences 1e6 --carbon grid.csv --region $'fr\\e[31mance'",
        #"Fr\u{1b}[31mance"#
      ),
      ("wattle life-cycle run --inferences 1e6 --carbon grid.csv --region $'x\\e[2J'", #"x\u{1b}[2J"#),
      ("wattle life-cycle run --inferences 1e6 --hourly $'no\\e[2Jne'", #"no\u{1b}[2Jne"#),
      ("wattle meter -- $'no\\e[2Jne'", #"no\u{1b}[2Jne"#),
    ] {
      let ended = try place.shell(script)
      let said = ended.output + ended.errors
      #expect(said.contains(shows), "\(script): \(said)")
      #expect(!said.unicodeScalars.contains { $0.value == 27 || $0.value == 155 }, "\(script)")
    }
  }
}
