import Foundation
import Testing

/// No command writes over what it reads, or writes two results into one file.
@Suite struct OutputFilesTests {
  let place: Workplace
  private static let hours = (0..<48).map {
    "2026-01-0\(1 + $0 / 24)T\($0 % 24 < 10 ? "0" : "")\($0 % 24):00Z,\($0)\n"
  }
  .joined()

  init() throws {
    place = try .withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
    try place.write(Self.hours, to: "hours.csv")
    try place.write(
      "Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh\nFrance,FRA,2024,44\n", to: "grid.csv")
    try place.write("echo done\n", to: "script.sh")
    _ = try place.shell(
      "ln hours.csv hard.csv; ln -s hours.csv soft.csv; ln -s new.json dangling.csv; mkdir folder")
  }

  private func contents() throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: (place.names() + place.names(in: "run").map { "run/" + $0 }).compactMap { name in
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place.path(name), isDirectory: &isFolder),
          !isFolder.boolValue
        else { return nil }
        return (name, try Data(contentsOf: URL(fileURLWithPath: place.path(name))))
      })
  }

  private static let lives = "life-cycle run --inferences 1e6 --hourly hours.csv"
  private static let refusals: [(command: String, says: String)] = [
    ("pareto run --csv run/study.sqlite", "--csv: run/study.sqlite is the run's study.sqlite"),
    ("pareto run --csv ./run/../run/config.yaml", "is the run's config.yaml"),
    ("pareto run --csv run/study.sqlite-wal", "is the run's study.sqlite-wal"),
    ("pareto run --csv run/summary.json", "is the run's summary.json"),
    ("\(lives) --csv run/study.sqlite", "is the run's study.sqlite"),
    ("\(lives) --csv hours.csv", "--csv: hours.csv is the file of --hourly"),
    ("\(lives) --csv hard.csv", "hard.csv is the file of --hourly"),
    ("\(lives) --csv soft.csv", "soft.csv is the file of --hourly"),
    ("\(lives) --csv folder/../hours.csv", "is the file of --hourly"),
    ("\(lives) --carbon grid.csv --region FR --csv grid.csv", "grid.csv is the file of --carbon"),
    ("meter --csv new --json new -- touch ran", "--csv: new is the file of --json"),
    ("meter --csv new --json folder/../new -- touch ran", "is the file of --json"),
    ("meter --csv new.json --json dangling.csv -- touch ran", "new.json is the file of --json"),
    ("meter --csv /dev/stdout --json - -- touch ran", "/dev/stdout is the file of --json"),
    ("meter --json script.sh -- sh script.sh", "script.sh is a word of the command"),
    ("meter --json script.sh -- cat < script.sh", "script.sh is standard input"),
  ]

  @Test("an output that is an input or another output is refused", arguments: OutputFilesTests.refusals)
  func refused(command: String, says: String) throws {
    let before = try contents()
    let ended = try place.shell("wattle \(command)")
    #expect(ended.status == 64, "\(ended.errors)")
    #expect(ended.errorLines.count == 1 && ended.errors.contains(says), "\(ended.errors)")
    #expect(ended.errors.contains("which would be lost or mixed up; name another file"))
    #expect(try contents() == before)
  }

  @Test("an output that is the run's data is refused")
  func data() throws {
    let rows = (0..<60).map { "\($0 % 7),\($0 % 5),\($0 % 2)\n" }.joined()
    try place.write("a,b,class\n" + rows, to: "data.csv")
    try place.write(
      smallConfiguration.replacing(
        "dataset: {name: digits, split: [0.6, 0.2, 0.2]}",
        with: "dataset: {csv: data.csv, target: class, split: [0.6, 0.2, 0.2]}"), to: "own.yaml")
    let searched = try place.run("search", "own.yaml", "--run", "own", "--trials", "1")
    #expect(searched.status == 0, "\(searched.errors)")
    let ended = try place.run("pareto", "own", "--csv", "data.csv")
    #expect(ended.status == 64 && ended.errors.contains("data.csv is the run's data"), "\(ended.errors)")
    #expect(try place.text(of: "data.csv").hasSuffix(rows))
  }

  @Test(
    "other outputs are written",
    arguments: [
      "pareto run --csv run/front.csv", "pareto run --csv old.csv",
      "\(OutputFilesTests.lives) --csv lives.csv",
      "meter --json /dev/null --csv /dev/null -- true", "meter --json true --csv false.csv -- true",
      "meter --json - -- true < script.sh", "meter --csv rows.csv -- echo rows.csv",
    ])
  func written(command: String) throws {
    let ended = try place.shell("touch old.csv; wattle \(command)")
    #expect(ended.status == 0, "\(ended.errors)")
  }
}
