import Foundation
import Testing

@Suite struct QuoteTests {
  let place: Workplace

  init() throws { place = try .withSmallStudy() }

  @Test("a quote trains nothing, writes nothing, and says what each strategy would cost")
  func quote() throws {
    let ended = try place.run("quote", "small.yaml", "--strategies", "random,grid,evolutionary")
    #expect(ended.status == 0, "\(ended.errors)")
    for word in ["random", "grid", "evolutionary", "90 % interval", "kWh", "modelled"] {
      #expect(ended.output.contains(word), "\(word) is not in:\n\(ended.output)")
    }
    #expect(place.names(in: ".") == ["small.yaml"])
    let json = try JSON(parsing: place.run("quote", "small.yaml", "--json").output)
    let strategy = try #require(json.objects("strategies").first)
    #expect(strategy.number("trials") == 8)
    let cost = try #require(strategy.object("ct"))
    let (low, estimate, high) = (cost.number("low_kwh"), cost.number("kwh"), cost.number("high_kwh"))
    #expect(try #require(low) < #require(estimate) && #require(estimate) < #require(high))
  }

  @Test("the grid's quote is of its cells, and duplicates cost nothing")
  func grid() throws {
    let json = try JSON(
      parsing: place.run("quote", "small.yaml", "--strategies", "grid", "--trials", "1000", "--json").output)
    let grid = try #require(json.objects("strategies").first)
    // 2 units · 2 activations · 2 (a dropout of rate 0 or none, the same) · 2 optimisers · 2 rates.
    #expect(grid.number("trials") == 32 && grid.number("trained") == 16)
  }

  @Test("a search says what was quoted, and a later quote learns from it")
  func learns() throws {
    let ended = try place.run("search", "small.yaml", "--run", "run", "--strategy", "grid", "--trials", "32")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("Quoted: CT "))
    #expect(ended.output.contains("Quoted before: ") && ended.output.contains("90 % intervals"))
    let trials = try place.table("run/trials.csv")
    for row in trials.rows.indices {
      #expect(trials["quoted_energy_kwh"][row].isEmpty == (trials["state"][row] == "duplicate"))
    }
    let summary = try place.json("run/summary.json")
    #expect(try #require(summary.number("quoted_ct_kwh")) > 0)
    let json = try JSON(
      parsing: place.run("quote", "small.yaml", "--strategies", "grid", "--by", "run", "--json").output)
    #expect(json.number("learnt_from") == 16)
  }

  @Test("a wrong strategy, run or price of a quote is one line")
  func wrong() throws {
    #expect(try place.run("quote", "small.yaml", "--strategies", "guess").status == 64)
    #expect(try place.run("quote", "none.yaml").status == 66)
    #expect(try place.run("quote", "small.yaml", "--by", "nowhere").status == 66)
    for price in ["0", "-1", "a", ".inf"] {
      let ended = try place.run("search", "small.yaml", "--set", "search.stop.gain-per-kwh=\(price)")
      #expect(ended.status == 65, "\(price)")
      #expect(ended.errors.contains("gain-per-kwh: expected a number above 0"), "\(ended.errors)")
    }
  }

  @Test("a search ends when it gains too little for its energy")
  func stop() throws {
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--trials", "200", "--json", "--set",
      "search.stop.gain-per-kwh=1e15",
      "--set", "architecture[0].dense.units={int: [2, 200]}")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try JSON(parsing: ended.output).text("ending") == "gain")
  }
}
