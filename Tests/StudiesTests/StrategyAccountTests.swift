import Testing

@Suite("The strategy's account")
struct StrategyAccountTests {
  @Test("is charged with each proposal and each trial that it is told of")
  func charged() throws {
    let executor = ScriptedExecutor()
    var bench = try Bench(.random, repetitiveSpace(), trialLimit: 4)
    #expect(try bench.run(executor).trials.count == 4)
    // Four proposals; random search needs to be told of nothing.
    #expect(executor.charges == 4)
    let learning = ScriptedExecutor()
    bench.kind = .evolution
    bench.trialLimit = 20
    #expect(try bench.run(learning).trials.count == 20)
    #expect(learning.charges > 20)
  }
}
