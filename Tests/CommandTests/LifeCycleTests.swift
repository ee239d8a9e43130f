import Foundation
import Testing

@Suite struct LifeCycleTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    let ended = try place.run("search", "small.yaml", "--run", "run", "--trials", "8")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  private func lifeCycle(_ options: String...) throws -> Ended {
    try place.run(["life-cycle", "run", "--inferences", "1e6"] + options)
  }

  private func json(_ options: String...) throws -> JSON {
    let ended = try place.run(["life-cycle", "run", "--inferences", "1e6", "--json"] + options)
    #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
    return try JSON(parsing: ended.output)
  }

  private func isNear(_ left: Double?, _ right: Double) -> Bool {
    abs((left ?? .nan) - right) <= 1e-9 * abs(right)
  }

  @Test("every member's life follows from the formulas and the run's own tables")
  func formulas() throws {
    let report = try json("--region", "FR", "--region", "PL", "--pue", "1.5")
    let trials = try place.table("run/trials.csv")
    let front = try place.table("run/pareto.csv")
    let energies = trials.numbers("training_energy_kwh").filter { $0.isFinite }
    let searchJoules = energies.reduce(0, +) * 3.6e6 * 1.5
    #expect(isNear(report.object("search")?.number("joules"), searchJoules))
    #expect(isNear(report.object("search_per_inference")?.number("joules"), searchJoules / 1e6))
    let members = report.objects("front")
    #expect(members.compactMap { $0.number("trial") } == front.numbers("trial"))
    for (row, member) in members.enumerated() {
      let training = front.numbers("training_energy_kwh")[row] * 3.6e6 * 1.5
      let inference = front.numbers("inference_energy_j")[row]
      let life = searchJoules + training + inference * 1e6 * 1.5
      #expect(isNear(member.object("training")?.number("joules"), training))
      #expect(isNear(member.object("inference")?.number("joules"), inference))
      #expect(isNear(member.object("life")?.number("joules"), life))
      #expect(isNear(member.object("shares")?.number("search"), searchJoules / life))
      let carbon = member.objects("co2eq")
      #expect(carbon.map { $0.text("region") } == ["FR", "PL"])
      #expect(isNear(carbon[0].object("co2eq_g")?.number("value"), life / 3.6e6 * 44.2))
      #expect(isNear(carbon[1].object("co2eq_g")?.number("value"), life / 3.6e6 * 615))
      let figure = try #require(member.object("life"))
      #expect(figure.text("tier") == "modelled" && figure.text("source") == "power-model")
      #expect((figure.number("low_joules") ?? 0) < life && (figure.number("high_joules") ?? 0) > life)
    }
    let lives = members.map { $0.object("life")?.number("joules") ?? .infinity }
    #expect(
      members[lives.firstIndex(of: lives.min() ?? 0) ?? 0].number("trial")
        == report.number("least_energy_trial"))
    // The ranges follow each other from 0, and where two meet both take the same.
    let segments = report.objects("least_energy_by_inferences")
    #expect(segments.first?.number("from_inferences") == 0 && segments.last?.number("to_inferences") == nil)
    for (left, right) in zip(segments, segments.dropFirst()) {
      let count = try #require(right.number("from_inferences"))
      #expect(left.number("to_inferences") == count)
      let costs = try [left, right].map { segment in
        let row = try #require(front.numbers("trial").firstIndex(of: segment.number("trial") ?? -1))
        let training = front.numbers("training_energy_kwh")[row] * 3.6e6
        return training + front.numbers("inference_energy_j")[row] * count
      }
      #expect(isNear(costs[0], costs[1]))
    }
  }

  @Test("region and PUE are the run's own where they are not given")
  func defaults() throws {
    let report = try json()
    #expect(report.object("pue")?.number("value") == 1.2)
    #expect(report.objects("places").map { $0.text("region") } == ["DE"])
    let ended = try lifeCycle()
    #expect(ended.status == 0, "\(ended.errors)")
    for part in ["1,000,000 inferences, PUE 1.2", "CT = ", " modelled: ", "Germany", "344.1", "least"] {
      #expect(ended.output.contains(part), "\(part)")
    }
    let band = try json("--pue", "1.1-1.3").object("pue")
    #expect(band?.number("low") == 1.1 && band?.number("high") == 1.3)
  }

  @Test("--at-least leaves out what is less accurate")
  func atLeast() throws {
    let front = try place.table("run/pareto.csv")
    let accuracies = front.numbers("validation_accuracy")
    for threshold in accuracies {
      let report = try json("--at-least", "\(threshold)")
      let kept = zip(front.numbers("trial"), accuracies).filter { $0.1 >= threshold }.map(\.0)
      #expect(report.objects("front").compactMap { $0.number("trial") } == kept)
      #expect(kept.contains(report.number("least_energy_trial") ?? -1))
    }
    let ended = try lifeCycle("--at-least", "1.5")
    #expect(ended.status == 65 && ended.output.isEmpty)
    let best = accuracies.first ?? 0
    #expect(ended.errorLines == ["run: no trial of the front reaches 1.5; the best has \(best)"])
  }

  @Test("T is that of wattle train once the trial was trained in full")
  func retraining() throws {
    let number = try #require(try place.table("run/pareto.csv")["trial"].first)
    #expect(try json().objects("front").first?.text("training_source") == "search")
    #expect(try place.run("train", "run", "--trial", number, "--seeds", "2").status == 0)
    let folder = "run/trained/trial-\(number)"
    let energy = try #require(try place.json("\(folder)/summary.json").object("training_energy"))
    let member = try #require(try json().objects("front").first)
    #expect(member.text("training_source") == "retraining" && member.number("trainings") == 2)
    #expect(isNear(member.object("training")?.number("joules"), 1.2 * (energy.number("joules") ?? 0)))
    #expect(
      isNear(member.object("training")?.number("high_joules"), 1.2 * (energy.number("high_joules") ?? 0)))
    #expect(try lifeCycle().output.contains("2 trainings"))

    let text = try place.text(of: "\(folder)/summary.json")
    let damages = [
      ("{", "cannot be read as a summary"),
      (
        text.replacing(/"hash" : "[0-9a-f]+"/, with: "\"hash\" : \"00\""),
        "another candidate than trial \(number)"
      ),
      (
        text.replacing("\"low_joules\" : ", with: "\"low_joules\" : 1"),
        "training_energy: expected finite joules"
      ),
    ]
    for (damaged, message) in damages {
      try place.write(damaged, to: "\(folder)/summary.json")
      let ended = try lifeCycle()
      #expect(ended.status == 65 && ended.errorLines.count == 1 && ended.output.isEmpty, "\(message)")
      #expect(ended.errors.hasPrefix("\(folder)/summary.json: "), "\(ended.errors)")
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }

  @Test("--csv writes a row a trial and place")
  func csv() throws {
    let ended = try lifeCycle("--region", "FR", "--region", "DE", "--csv", "lives.csv")
    #expect(ended.status == 0 && ended.output.contains("France"))
    let table = try place.table("lives.csv")
    let front = try place.table("run/pareto.csv")
    #expect(table["trial"] == front["trial"] + front["trial"])
    #expect(Set(table["region"]) == ["FR", "DE"])
    #expect(table["inference_energy_j"] == front["inference_energy_j"] + front["inference_energy_j"])
    #expect(table["verdict"].count { $0 == "least" } == 2)
    let printed = try lifeCycle("--region", "FR", "--region", "DE", "--csv", "-")
    #expect(try printed.output == place.text(of: "lives.csv"))
  }

  @Test("--carbon takes a file in the columns of Our World in Data")
  func carbonFile() throws {
    try place.write(
      """
      Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh
      Germany,DEU,2022,450
      Germany,DEU,2024,350
      Iceland,ISL,2024,28

      """, to: "owid.csv")
    func intensities(_ options: String...) throws -> [Double?] {
      let ended = try place.run(
        ["life-cycle", "run", "--inferences", "1e6", "--json", "--carbon", "owid.csv"] + options)
      #expect(ended.status == 0, "\(ended.errors)")
      return try JSON(parsing: ended.output).objects("places").map {
        $0.object("grams_co2eq_per_kwh")?.number("value")
      }
    }
    #expect(try intensities() == [350])
    #expect(try intensities("--year", "2022") == [450])
    #expect(try intensities("--region", "iceland", "--region", "DEU") == [28, 350])
    try place.write("Entity,Code,Year,Carbon intensity of electricity\nGermany,DEU,2024,-3\n", to: "bad.csv")
    let cases: [([String], Int32, String)] = [
      (
        ["--carbon", "bad.csv"], 65,
        "bad.csv: row 2: expected a carbon intensity from 0 to 100000 g/kWh, found `-3`"
      ),
      (["--carbon", "none.csv"], 66, "none.csv: no such file"),
      (
        ["--carbon", "owid.csv", "--region", "Icelnd"], 65,
        "owid.csv: no region `Icelnd`; did you mean Iceland?"
      ),
      (
        ["--carbon", "owid.csv", "--year", "1999"], 65,
        "owid.csv: Germany has no figure for 1999; it has some from 2022 to 2024"
      ),
    ]
    for (options, status, line) in cases {
      let ended = try place.run(["life-cycle", "run", "--inferences", "1e6"] + options)
      #expect(ended.status == status && ended.errorLines == [Substring(line)], "\(ended.errors)")
    }
  }

  /// A file of hours around now; the one that is running and the next have the first value, all others the second.
  private func writeHours(now: Double, others: Double, without missing: Int? = nil) throws {
    let hour = (Date().timeIntervalSince1970 / 3600).rounded(.down)
    let rows = (-3..<6).filter { $0 != missing }.map { offset in
      let date = Date(timeIntervalSince1970: 3600 * (hour + Double(offset)))
      return "\(date.ISO8601Format()),\((-1...1).contains(offset) ? now : others)"
    }
    try place.write(rows.joined(separator: "\n") + "\n", to: "hours.csv")
  }

  @Test("--hourly counts the search at its hours and finds the best ones")
  func hourly() throws {
    try writeHours(now: 200, others: 500)
    let report = try json("--hourly", "hours.csv", "--best-hours", "90min")
    let places = report.objects("places")
    #expect(places.map { $0.text("region") } == ["hourly", "DE"])
    #expect(isNear(places.first?.object("search_grams_co2eq_per_kwh")?.number("value"), 200))
    // Three hours of 200 and six of 500.
    let mean = places.first?.object("grams_co2eq_per_kwh")
    #expect(isNear(mean?.number("value"), 400) && mean?.number("low") == 200 && mean?.number("high") == 500)
    let member = try #require(report.objects("front").first)
    let search = (report.object("search")?.number("joules") ?? 0) / 3.6e6
    let later = (member.object("life")?.number("joules") ?? 0) / 3.6e6 - search
    let grams = member.objects("co2eq").first?.object("co2eq_g")?.number("value")
    #expect(isNear(grams, search * 200 + later * 400))
    #expect(report.object("best_hours")?.number("grams_co2eq_per_kwh") == 200)
    let text = try lifeCycle("--hourly", "hours.csv", "--best-hours", "90min")
    #expect(text.output.contains("Best time for a job of 1 h 30 min: from "))

    try writeHours(now: 200, others: 500, without: 2)
    let gap = try lifeCycle("--hourly", "hours.csv")
    #expect(gap.status == 65 && gap.errorLines.count == 1, "\(gap.errors)")
    #expect(gap.errors.hasPrefix("hours.csv: row 6: a gap: expected "), "\(gap.errors)")
  }

  @Test("hours of another time serve for planning, and the report says so")
  func otherHours() throws {
    try place.write("hour,g/kWh\n2020-01-01T00:00Z,100\n2020-01-01T01:00Z,300\n", to: "hours.csv")
    let ended = try lifeCycle("--hourly", "hours.csv", "--best-hours", "1h")
    #expect(ended.status == 0 && ended.output.contains("outside the hours of hours.csv"), "\(ended.errors)")
    #expect(ended.output.contains("from 2020-01-01T00:00Z to 2020-01-01T01:00Z, at 100 g/kWh, 50.0 % below"))
    let long = try lifeCycle("--hourly", "hours.csv", "--best-hours", "3h")
    #expect(long.status == 65 && long.errorLines.count == 1 && long.errors.contains("has 2 hours"))
  }

  @Test("what is wrong is said in one line with its exit code, and nothing is written")
  func errors() throws {
    let usage: [([String], String)] = [
      (["--inferences", "-5"], "--inferences must be a number from 1 to 1e30, got -5.0"),
      (["--inferences", "0"], "got 0.0"), (["--inferences", "nan"], "got nan"),
      (["--inferences", "inf"], "got inf"),
      (["--inferences", "many"], "--inferences"), ([], "--inferences"),
      (
        ["--inferences", "1", "--pue", "0.9"], "--pue must be a number from 1 to 100, or two such as 1.05-1.2"
      ),
      (["--inferences", "1", "--pue", "-1.1"], "got -1.1"),
      (["--inferences", "1", "--pue", "1.3-1.1"], "got 1.3-1.1"),
      (["--inferences", "1", "--pue", "nan"], "got nan"),
      (["--inferences", "1", "--region", "Germny"], "unknown region `Germny`; did you mean Germany (DE)?"),
      (["--inferences", "1", "--region", "DE", "--region", "germany"], "names a region twice"),
      (["--inferences", "1", "--year", "2020"], "--carbon"),
      (["--inferences", "1", "--best-hours", "6h"], "--hourly"),
      (["--inferences", "1", "--hourly", "x.csv", "--best-hours", "6"], "expected a time such as 6h"),
      (["--inferences", "1", "--hourly", "x.csv", "--best-hours", "-6h"], "--best-hours"),
      (["--inferences", "1", "--csv", ""], "--csv needs a path"),
      (["--inferences", "1", "--at-least", "nan"], "--at-least must be a finite number, got nan"),
    ]
    for (options, message) in usage {
      let ended = try place.run(["life-cycle", "run"] + options)
      #expect(ended.status == 64 && ended.output.isEmpty, "\(options): \(ended.errors)")
      #expect(ended.errors.contains(message), "\(options): \(ended.errors)")
    }
    let cases: [([String], Int32, String)] = [
      (["nowhere", "--inferences", "1"], 66, "nowhere/study.sqlite: no such journal"),
      (["run", "--inferences", "1", "--hourly", "none.csv"], 66, "none.csv: no such file"),
      (["run", "--inferences", "1", "--hourly", "."], 66, ".: cannot be read: not a regular file"),
      (["run", "--inferences", "1", "--csv", "none/x.csv"], 73, "none/x.csv: cannot be written"),
    ]
    for (arguments, status, message) in cases {
      let ended = try place.run(["life-cycle"] + arguments)
      #expect(ended.status == status && ended.errorLines.count == 1, "\(arguments): \(ended.errors)")
      #expect(ended.errors.hasPrefix(message) && ended.output.isEmpty, "\(ended.errors)")
    }
    #expect(place.names() == ["run", "small.yaml"])
  }

  @Test("a run in which nothing was completed has no life cycle")
  func nothingCompleted() throws {
    try place.write(
      """
      name: diverging
      dataset: {name: friedman}
      architecture: [dense: {units: classes}]
      training: {optimizer: sgd, learning-rate: 1e30, batch-size: 64, epochs: {choice: [1, 2]}}
      objectives: [{minimize: rmse}, {minimize: training-energy}]
      search: {strategy: grid}
      energy: {source: power-model}

      """, to: "diverging.yaml")
    let failed = try place.run("search", "diverging.yaml", "--run", "failed")
    #expect(failed.status == 70, "\(failed.errors)")
    #expect(try Set(place.table("failed/trials.csv")["state"]) == ["failed"])
    let ended = try place.run("life-cycle", "failed", "--inferences", "1e6")
    #expect(ended.status == 66 && ended.output.isEmpty)
    #expect(ended.errorLines == ["failed: no trial is completed; go on with the search first"])
  }
}
