import Foundation
import Testing

/// Six cells of two parameters, with everything that a description may name.
private let cellsText = """
  optimizer,units,accuracy,energy_j,hash,epochs
  sgd,8,0.5,2,a,10
  sgd,16,0.75,4,b,10
  adam,8,0.625,2,c,10
  adam,16,0.875,6,d,10
  rmsprop,8,0.5,3,e,10
  rmsprop,16,,5,f,10

  """

private let descriptionText = """
  csv: cells.csv
  parameters: [optimizer, units]
  accuracy: accuracy
  energy: {column: energy_j, unit: J}
  hash: hash
  fidelity: epochs

  """

/// Something wrong with a table, and what the one line about it must say.
struct BadTable: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var csv = cellsText
  var yaml = descriptionText
  var says: [String]
  var status: Int32 = 65

  static func csv(_ name: String, _ part: String, _ replacement: String, says: String...) -> BadTable {
    precondition(cellsText.contains(part))
    return BadTable(
      testDescription: name, csv: cellsText.replacingOccurrences(of: part, with: replacement), says: says)
  }

  static func yaml(_ name: String, _ part: String, _ replacement: String, says: String...) -> BadTable {
    precondition(descriptionText.contains(part))
    return BadTable(
      testDescription: name, yaml: descriptionText.replacingOccurrences(of: part, with: replacement),
      says: says)
  }

  static let all: [BadTable] = [
    csv(
      "a missing cell", "adam,16,0.875,6,d,10\n", "",
      says: "cells.yaml:2:13: parameters: cells.csv: no row has optimizer=adam, units=16"),
    csv("a cell twice", "sgd,16", "sgd,8", says: "cells.csv:3:1: the parameters are those of line 2"),
    csv(
      "a parameter that is there and not there", "adam,8", "adam,",
      says: "cells.csv:4:6: 'units' is empty in one row", "line 5"),
    csv(
      "NaN for an accuracy", "0.625", "NaN", says: "cells.csv:4:8: accuracy: expected a number from 0 to 1",
      "'NaN'"),
    csv(
      "an accuracy in percent", "0.625", "62.5",
      says: "cells.csv:4:8: accuracy: expected a number from 0 to 1"),
    csv(
      "a negative energy", "0.625,2", "0.625,-2",
      says: "cells.csv:4:14: energy_j: expected an energy of zero or more", "'-2'"),
    csv(
      "no energy", "0.625,2", "0.625,", says: "cells.csv:4:14: energy_j: expected an energy", "an empty field"
    ),
    csv(
      "more energy than there is", "0.625,2", "0.625,1e300",
      says: "cells.csv:4:14: energy_j: expected an energy of at most 1e+20 kWh"),
    csv(
      "an infinite parameter", "adam,8", "adam,inf", says: "cells.csv:4:6: units: expected a value", "'inf'"),
    csv("a row too short", ",c,10", ",c", says: "cells.csv:4:", "expected 6 values in a row", "got 5"),
    csv("a quote without an end", "adam,8", "\"adam,8", says: "cells.csv:4:1: the quote has no end"),
    csv(
      "fidelity that is no number", ",c,10", ",c,many",
      says: "cells.csv:4:18: epochs: expected a finite number"),
    BadTable(testDescription: "an empty file", csv: "", says: ["cells.csv:1:1: expected the columns' names"]),
    BadTable(
      testDescription: "a header alone", csv: "optimizer,units\n", says: ["cells.csv:1:1: expected rows"]),
    BadTable(
      testDescription: "no result", csv: "optimizer,units,accuracy,energy_j,hash,epochs\na,1,,2,x,1\n",
      says: ["cells.csv: no training was completed"]),
    csv(
      "two columns of a name", "optimizer,units,accuracy", "optimizer,units,units",
      says: "cells.yaml:2:25: two columns of cells.csv are called 'units'"),
    yaml(
      "an unknown column", "accuracy: accuracy", "accuracy: acuracy",
      says: "cells.yaml:3:11: cells.csv has no column 'acuracy'; did you mean 'accuracy'?"),
    yaml(
      "an unknown parameter", "units]", "width]",
      says: "cells.yaml:2:25: cells.csv has no column 'width'; known columns: optimizer, units"),
    yaml(
      "a parameter twice", "units]", "optimizer]",
      says: "cells.yaml:2:25: parameters: 'optimizer' stands more than once"),
    yaml(
      "an unknown key", "fidelity", "fidelty",
      says: "cells.yaml:6:1: unknown key 'fidelty'; did you mean 'fidelity'?"),
    yaml("an unknown unit", "unit: J", "unit: cal", says: "cells.yaml:4:34: unit: expected one of", "'cal'"),
    yaml("no unit", ", unit: J", "", says: "cells.yaml:4:9: energy: missing key 'unit'"),
    yaml(
      "no energy", "energy: {column: energy_j, unit: J}\n", "", says: "cells.yaml:1:1: missing key 'energy'"),
    yaml(
      "no quality", "accuracy: accuracy\n", "",
      says: "cells.yaml:1:1: expected one of accuracy, error and loss"),
    yaml(
      "two qualities", "hash: hash", "error: hash",
      says: "cells.yaml:5:8: error: accuracy and error say the same"),
    yaml(
      "no parameters", "[optimizer, units]", "[]",
      says: "cells.yaml:2:13: parameters: expected at least one column"),
    yaml("malformed YAML", "units]", "units}", says: "cells.yaml:", "malformed YAML"),
    BadTable(
      testDescription: "no such file",
      yaml: descriptionText.replacingOccurrences(of: "cells.csv", with: "other.csv"),
      says: ["cells.yaml:1:6: csv: other.csv: no such file"], status: 66),
  ]
}

@Suite struct TableTests {
  @Test("a bad table gives one line with the place, and nothing is written", arguments: BadTable.all)
  func badTable(bad: BadTable) throws {
    let place = try Workplace()
    try place.write(bad.csv, to: "cells.csv")
    try place.write(bad.yaml, to: "cells.yaml")
    let ended = try place.run("compare", "--table", "cells.yaml")
    #expect(ended.status == bad.status, "\(ended.errors)")
    #expect(ended.errorLines.count == 1 && ended.output.isEmpty, "\(ended.errors)")
    for part in bad.says { #expect(ended.errors.contains(part), "\(ended.errors)") }
    #expect(place.names() == ["cells.csv", "cells.yaml"])
  }

  @Test("a table is searched without training, and says so")
  func simulated() throws {
    let place = try Workplace()
    try place.write(cellsText, to: "cells.csv")
    try place.write(descriptionText, to: "cells.yaml")
    let ended = try place.run(
      "compare", "--table", "cells.yaml", "--strategies", "grid-lexicographic,grid,random", "--seeds", "4",
      "--target", "0.75", "--run", "result")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.output.contains("12 searches, median [smallest–largest] over seeds, simulated on cells.yaml:"))
    #expect(ended.output.contains("Target: validation accuracy 0.7500, as asked."))
    #expect(!ended.output.contains("its test") && !ended.output.contains("metered"))
    #expect(place.names(in: "result") == ["compare.csv", "curves.csv", "pairs.csv", "strategies.csv"])
    let table = try place.table("result/compare.csv")
    #expect(
      table["strategy"].prefix(4) == [
        "grid-lexicographic", "grid-lexicographic", "grid-lexicographic", "grid-lexicographic",
      ])
    #expect(table["seed"] == ["0", "1", "2", "3", "0", "1", "2", "3", "0", "1", "2", "3"])
    // Every search sees all cells: 2 + 4 + 2 + 6 + 3 + 5 J, one of them failed.
    for cost in table.numbers("ct_kwh") { #expect(abs(cost - 22 / 3.6e6) < 1e-18) }
    #expect(Set(table["completed"]) == ["5"] && Set(table["failed"]) == ["1"])
    for share in table.numbers("hypervolume_share") { #expect(share <= 1 && share > 1 - 1e-12) }
    // sgd comes first: 0.75 after 2 + 4 J.
    let costs = table.numbers("kwh_to_target")
    for cost in costs.prefix(4) { #expect(abs(cost - 6 / 3.6e6) < 1e-18) }
    #expect(table["trials_to_target"].prefix(4) == ["2", "2", "2", "2"])
    #expect(try place.table("result/strategies.csv")["reached"] == ["4", "4", "4"])
    #expect(try place.table("result/pairs.csv").rows.count == 3)
    // The same once more, as CSV.
    let again = try place.run(
      "compare", "--table", "cells.yaml", "--strategies", "grid-lexicographic,grid,random", "--seeds", "4",
      "--target", "0.75", "--run", "again", "--csv")
    #expect(try again.output == place.text(of: "result/compare.csv"))
  }

  @Test("a target may be a share of the hypervolume, and a budget ends the searches")
  func hypervolumeTarget() throws {
    let place = try Workplace()
    try place.write(cellsText, to: "cells.csv")
    try place.write(descriptionText, to: "cells.yaml")
    let ended = try place.run(
      "compare", "--table", "cells.yaml", "--strategies", "grid-lexicographic", "--seeds", "1",
      "--target-hypervolume", "99%", "--budget", "7 J", "--run", "result")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("Target: 99.0 % of the hypervolume, as asked."))
    let table = try place.table("result/compare.csv")
    // 2 + 4 J are below the budget, 2 + 4 + 2 are not.
    #expect(table["trials"] == ["3"] && table["target_hypervolume_share"] == ["0.99"])
    // Up to (1, 6.6 J) the front has 0.625 · 4.6 + 0.125 · 2.6 + 0.125 · 0.6 = 3.275, without adam,16 0.075 less: 97.7 %.
    #expect(table["kwh_to_target"] == [""] && table["target_accuracy"] == [""])
    #expect(ended.output.contains("No strategy reached the target"))
  }

  @Test("a finished grid run is a table; another run says what is missing")
  func runs() throws {
    let place = try Workplace.withSmallStudy()
    #expect(
      try place.run("search", "small.yaml", "--strategy", "grid", "--trials", "32", "--run", "grid").status
        == 0)
    let ended = try place.run(
      "compare", "--table", "grid", "--strategies", "random,evolutionary", "--seeds", "3", "--trials", "40",
      "--run", "result")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("simulated on grid:"))
    let table = try place.table("result/compare.csv")
    // 32 cells are 16 networks, each paid once: as the grid did.
    #expect(Set(table["trials"]) == ["32"] && Set(table["completed"]) == ["16"])
    #expect(Set(table["duplicates"]) == ["16"])
    let total = try place.table("grid/trials.csv").numbers("training_energy_kwh").reduce(0, +)
    for cost in table.numbers("ct_kwh") { #expect(abs(cost - total) < 1e-9 * total) }

    #expect(
      try place.run("search", "small.yaml", "--strategy", "grid", "--trials", "8", "--run", "part").status
        == 0)
    let part = try place.run("compare", "--table", "part")
    #expect(part.status == 65 && part.errorLines.count == 1)
    #expect(part.errors.contains("part: 24 of the grid's 32 cells have no finished trial"), "\(part.errors)")
    #expect(part.errors.contains("--strategy grid --trials 32"))
    #expect(try place.run("search", "small.yaml", "--trials", "2", "--run", "random").status == 0)
    let random = try place.run("compare", "--table", "random")
    #expect(random.status == 65)
    #expect(random.errors.contains("random: trial 0: learning-rate = "), "\(random.errors)")
    #expect(try place.run("compare", "--table", "nowhere").status == 66)
  }

  @Test("a CSV file asks for its description")
  func bareCSV() throws {
    let place = try Workplace()
    try place.write(cellsText, to: "cells.csv")
    let ended = try place.run("compare", "--table", "cells.csv")
    #expect(ended.status == 65)
    #expect(ended.errors.contains("such as cells.yaml"), "\(ended.errors)")
  }

  @Test("a test function is searched by name, in evaluations")
  func problem() throws {
    let place = try Workplace()
    let ended = try place.run(
      "compare", "--problem", "schaffer", "--strategies", "random,evolutionary", "--seeds", "3", "--trials",
      "50",
      "--run", "result")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("simulated on schaffer"))
    #expect(ended.output.contains("of the hypervolume, what the median search of every strategy reaches"))
    let table = try place.table("result/compare.csv")
    #expect(Set(table["ct_evaluations"]) == ["50.0"] && Set(table["trials"]) == ["50"])
    #expect(Set(table["reference_f1"]) == ["4.0"])
    #expect(try place.table("result/curves.csv").columns[1] == "evaluations")
  }

  @Test(
    "what does not go together is wrong usage",
    arguments: [
      ["compare"], ["compare", "small.yaml", "--table", "run"],
      ["compare", "--table", "run", "--problem", "schaffer"],
      ["compare", "--table", ""], ["compare", "--table", "run", "--workers", "2"],
      ["compare", "--problem", "zdt0"], ["compare", "--problem", "schaffer", "--budget", "2 J"],
      ["compare", "--problem", "schaffer", "--target", "0.9"],
      ["compare", "small.yaml", "--target", "0.9", "--target-hypervolume", "97%"],
      ["compare", "small.yaml", "--target-hypervolume", "97"],
      ["compare", "small.yaml", "--target-hypervolume", "0%"],
      ["compare", "small.yaml", "--strategies", "grid-backwards"],
    ])
  func wrongUsage(arguments: [String]) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(arguments)
    #expect(ended.status == 64, "\(ended.errors)")
    #expect(ended.errors.contains("; see `wattle compare --help`"), "\(ended.errors)")
    #expect(place.names() == ["small.yaml"])
  }
}
