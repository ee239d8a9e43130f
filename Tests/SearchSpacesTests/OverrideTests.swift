import SearchSpaces
import Testing

@Suite struct OverrideTests {
  private func configuration(_ overrides: String...) throws -> StudyConfiguration {
    try StudyConfiguration(contentsOf: shippedPath("digits-mlp"), overrides: overrides)
  }

  private func error(_ override: String) -> String? {
    errorText(plainYAML(line: 13, ""), overrides: [override])
  }

  @Test func `an override replaces a value of the file`() throws {
    #expect(try configuration("search.seed=3").search.seed == 3)
    #expect(try configuration("search.budget=1 kWh").search.budget?.joules == 3.6e6)
    #expect(try configuration("energy.region=FR").energy.region == "FR")
  }

  @Test func `an override may add a known key and a whole section`() throws {
    let yaml = plainYAML(line: 13, "energy:")
    let changed = try StudyConfiguration(
      yaml: yaml, fileName: "plain.yaml",
      overrides: ["training.schedule=cosine", "search.strategy=random", "energy.pue=1.5"])
    #expect(changed.search.strategy == .random)
    #expect(changed.energy.pue == 1.5)
    let space = try changed.searchSpace(sampleShape: [64], classCount: 10)
    #expect(try space.candidate(for: space.choices.gridAssignment(at: 0)).training.schedule == .cosine)
  }

  @Test func `an override's value is YAML and may be a choice`() throws {
    let space = try configuration("training.batch-size={choice: [1, 2, 3, 4, 5]}")
      .searchSpace(sampleShape: [64], classCount: 10)
    let parameter = try #require(space.choices.parameters.first { $0.name == "batch-size" })
    #expect(parameter.domain == .options(["1", "2", "3", "4", "5"]))
  }

  @Test func `an override reaches into lists`() throws {
    let space = try configuration("architecture[0].repeat.times=2").searchSpace(
      sampleShape: [64], classCount: 10)
    #expect(!space.choices.parameterNames.contains("repeat.times"))
    #expect(space.choices.parameterNames.contains("repeat[2].dense.units"))
    #expect(!space.choices.parameterNames.contains("repeat[3].dense.units"))
  }

  @Test func `the last of several overrides of one key wins`() throws {
    #expect(try configuration("search.seed=3", "search.seed=4").search.seed == 4)
  }

  @Test func `an override may mend what is wrong in the file`() {
    #expect(errorText(plainYAML(line: 12, "  epochs: -1"), overrides: ["training.epochs=1"]) == nil)
  }

  @Test func `an optimizer chosen by an override leaves the file's momentum behind`() {
    let yaml = plainYAML(line: 9, "  optimizer: sgd\n  momentum: 0.5")
    #expect(errorText(yaml, overrides: ["training.optimizer=adam"]) == nil)
  }

  @Test(arguments: [
    ("training.epohcs=5", "unknown key 'epohcs' in training; did you mean 'epochs'?"),
    ("trainnig.epochs=5", "unknown key 'trainnig'; did you mean 'training'?"),
    ("search.sede=5", "unknown key 'sede' in search; did you mean 'seed'?"),
    ("training.epochs=-1", "epochs: expected a positive integer, got -1"),
    ("training.epochs=", "epochs: expected a positive integer, got nothing"),
    ("training.epochs", "expected KEY=VALUE, such as training.epochs=5"),
    ("=5", "expected KEY=VALUE, such as training.epochs=5"),
    (
      "training..epochs=5",
      "expected a dotted path before '=', such as training.epochs or architecture[0].repeat.times"
    ),
    (
      "architecture[x]=5",
      "expected a dotted path before '=', such as training.epochs or architecture[0].repeat.times"
    ),
    ("architecture[9].dense.units=5", "architecture has no item 9; its items are 0 to 3"),
    ("training[0]=5", "training is a mapping, not a list"),
    ("training.epochs.low=5", "training.epochs is 5 and has no keys"),
    (
      "training.epochs={int: [5, 2]}",
      "epochs: the int range from 5 to 2 is empty; put the smaller bound first"
    ),
    (
      "training.epochs=[1", "malformed YAML: while parsing a flow sequence, did not find expected ',' or ']'"
    ),
  ])
  func `a wrong override is reported with its text`(_ override: String, _ expected: String) {
    #expect(error(override) == "--set \(override): \(expected)")
  }
}
