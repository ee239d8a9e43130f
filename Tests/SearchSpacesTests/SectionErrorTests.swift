import SearchSpaces
import Testing

@Suite struct SectionErrorTests {
  @Test(arguments: [
    BadLine(
      2, "dataset: {name: digits, split: [0.6, 0.2]}",
      "2:32: split: expected three fractions that sum to 1, such as [0.6, 0.2, 0.2], got 2"),
    BadLine(
      2, "dataset: {name: digits, split: [0.6, 0.2, 0.1]}",
      "2:32: split: expected three fractions that sum to 1, such as [0.6, 0.2, 0.2]; these sum to "
        + "0.9"),
    BadLine(
      2, "dataset: {name: digits, split: [1, 0, 0]}",
      "2:33: split: expected a fraction above 0 and below 1, got 1"),
    BadLine(13, "objectives: []", "13:13: objectives: expected at least one objective"),
    BadLine(
      13, "objectives: {maximize: accuracy}",
      "13:13: objectives: expected a list such as [{maximize: accuracy}], got a mapping"),
    BadLine(
      13, "objectives: [{minimize: accuracy}]",
      "13:25: objectives: write {maximize: accuracy}; to minimize it is of no use"),
    BadLine(
      13, "objectives: [{maximize: acuracy}]",
      "13:25: objectives: unknown name 'acuracy'; did you mean 'accuracy'?"),
    BadLine(
      13, "objectives: [{maximise: accuracy}]",
      "13:15: unknown key 'maximise' in objectives; did you mean 'maximize'?"),
    BadLine(
      13, "objectives: [{minimize: flops}, {minimize: flops}]",
      "13:44: objectives: 'flops' stands more than once"),
    BadLine(
      13, "objectives: [{}]",
      "13:14: objectives: expected one of {maximize: NAME} and {minimize: NAME}"),
    BadLine(
      13, "search: {strategy: randon}", "13:20: strategy: unknown name 'randon'; did you mean 'random'?"),
    BadLine(13, "search: {trials: 0}", "13:18: trials: expected a positive integer, got 0"),
    BadLine(
      13, "search: {budget: 2}",
      "13:18: budget: expected an energy above 0 with a unit (MWh, kWh, Wh, MJ, kJ, J), such as 2 Wh; got 2"),
    BadLine(
      13, "search: {budget: 0 Wh}",
      "13:18: budget: expected an energy above 0 with a unit (MWh, kWh, Wh, MJ, kJ, J), such as 2 Wh; got '0 Wh'"
    ),
    BadLine(
      13, "search: {seed: -1}",
      "13:16: seed: expected an integer from 0 to 18446744073709551615, got -1"),
    BadLine(13, "search: {lookahead: 0}", "13:21: lookahead: expected a positive integer, got 0"),
    BadLine(
      13, "search: {order: shuffeld}", "13:17: order: unknown name 'shuffeld'; did you mean 'shuffled'?"),
    BadLine(13, "search: {population: 1}", "13:22: population: expected an integer of at least 2, got 1"),
    BadLine(13, "search: {population: 3, sample: 4}", "13:33: sample: 4 is more than the population of 3"),
    BadLine(13, "search: {startup: 1}", "13:19: startup: expected an integer of at least 2, got 1"),
    BadLine(13, "search: {candidates: 0}", "13:22: candidates: expected a positive integer, got 0"),
    BadLine(
      13, "search: {strategy: nsgaii}", "13:20: strategy: unknown name 'nsgaii'; did you mean 'nsga-ii'?"),
    BadLine(
      13, "search: {repeats: true}",
      "13:19: repeats: expected a mapping with the keys share, most; got true"),
    BadLine(
      13, "search: {repeats: {share: 1}}",
      "13:27: share: expected a number above 0 and below 1, got 1"),
    BadLine(
      13, "search: {repeats: {share: 0}}",
      "13:27: share: expected a number above 0 and below 1, got 0"),
    BadLine(13, "search: {repeats: {most: 0}}", "13:26: most: expected a positive integer, got 0"),
    BadLine(13, "search: {repeats: {most: 101}}", "13:26: most: 101 is too large; the largest is 100"),
    BadLine(
      13, "search: {fidelity: asha}",
      "13:20: fidelity: expected a mapping with the keys scheme, reduction, rungs, first; got 'asha'"),
    BadLine(
      13, "search: {fidelity: {scheme: ash}}",
      "13:29: scheme: unknown name 'ash'; did you mean 'asha'?"),
    BadLine(
      13, "search: {fidelity: {reduction: 1}}",
      "13:32: reduction: expected an integer of at least 2, got 1"),
    BadLine(
      13, "search: {fidelity: {rungs: 1}}", "13:28: rungs: expected an integer of at least 2, got 1"),
    BadLine(
      13, "search: {fidelity: {rungs: 20}}",
      "13:28: rungs: 20 with a reduction of 4 are brackets of more than 1000000000 candidates; take fewer"),
    BadLine(
      13, "search: {fidelity: {first: 5}}",
      "13:28: first: expected an energy above 0 with a unit (MWh, kWh, Wh, MJ, kJ, J), such as 0.05 J; got 5"),
    BadLine(
      13, "search: 3",
      "13:9: search: expected a mapping with the keys strategy, trials, budget, stop, seed, lookahead, order, population, sample, startup, candidates, sampling, fidelity, inherit-weights, repeats; got 3"
    ),
    BadLine(
      13, "search: {inherit-weights: {epochs: 0}}",
      "13:36: epochs: expected the share of a candidate's epochs that its children train, above 0 and at most 1, got 0"
    ),
    BadLine(
      13, "search: {inherit-weights: {epochs: 5}}",
      "13:36: epochs: expected the share of a candidate's epochs that its children train, above 0 and at most 1, got 5"
    ),
    BadLine(
      13, "search: {inherit-weight: {}}",
      "13:10: unknown key 'inherit-weight' in search; did you mean 'inherit-weights'?"),
    BadLine(
      13, "search: {fidelity: {scheme: asha}, inherit-weights: {}}",
      "13:53: inherit-weights: not together with fidelity, whose trainings go on from weights of their own; leave out one of the two"
    ),
    BadLine(
      13, "search: {repeats: {}, inherit-weights: {}}",
      "13:19: repeats: not together with inherit-weights, whose networks are the work of several trainings; leave out one of the two"
    ),
    BadLine(
      13, "energy: {source: power-modell}",
      "13:18: source: unknown name 'power-modell'; did you mean 'power-model'?"),
    BadLine(
      13, "energy: {pue: 0.9}",
      "13:15: pue: expected one number from 1 to 100, not a range, got 0.9"),
    BadLine(
      13, "energy: {region: [DE]}", "13:18: region: expected a region, such as DE or World, got a list"),
    BadLine(
      13, "energy: {inference: {measure: some}}",
      "13:31: measure: unknown name 'some'; known names: front, all, none"),
    BadLine(
      13, "energy: {inference: all}",
      "13:21: inference: expected a mapping with the keys measure; got 'all'"),
    BadLine(
      13, "objectives: [{minimize: inference-energy}]\nenergy: {inference: {measure: front}}",
      "14:31: measure: expected all, since inference-energy is an objective, got front"),
    BadLine(
      13, "objectives: [{maximize: accuracy}, {minimize: life-cycle-energy}]",
      "13:47: objectives: life-cycle-energy needs the expected number of inferences; add it, such as energy: {inferences: 1e9}"
    ),
    BadLine(
      13, "objectives: [{minimize: life-cycle-energie}]",
      "13:25: objectives: unknown name 'life-cycle-energie'; did you mean 'life-cycle-energy'?"),
    BadLine(
      13, "energy: {inferences: 1e9}",
      "13:22: inferences: nothing uses it, since life-cycle-energy is no objective; leave it out, or add {minimize: life-cycle-energy} to the objectives"
    ),
    BadLine(
      13, "objectives: [{minimize: life-cycle-energy}]\nenergy: {inferences: 0.5}",
      "14:22: inferences: expected a number from 1 to 1e30, got 0.5"),
    BadLine(
      13,
      "objectives: [{minimize: life-cycle-energy}]\nenergy: {inferences: 5, inference: {measure: none}}",
      "14:46: measure: expected all, since life-cycle-energy is an objective, got none"),
    BadLine(
      13, "execution: {workers: 0}", "13:22: workers: expected auto or an integer from 1 to 1024, got 0"),
    BadLine(
      13, "execution: {blas-core: 'a b'}",
      "13:24: blas-core: expected auto or the name of an OpenBLAS core, such as HASWELL, got 'a b'"),
    BadLine(
      13, "execution: {executor: slrum}",
      "13:23: executor: unknown name 'slrum'; did you mean 'slurm'?"),
    BadLine(
      13, "execution: {partition: long}",
      "13:24: partition: of use on a cluster only; write executor: slurm beside it, or leave it out"),
    BadLine(
      13, "execution: {executor: slurm, partition: 'long; rm -rf ~'}",
      "13:41: partition: expected a name of letters, digits, '.', '_' and '-', or several with commas between them, got 'long; rm -rf ~'"
    ),
    BadLine(
      13, "execution: {executor: slurm, account: --wrap=reboot}",
      "13:39: account: expected a name of letters, digits, '.', '_' and '-', got '--wrap=reboot'"),
    BadLine(
      13, "execution: {executor: slurm, qos: '$(id)'}",
      "13:35: qos: expected a name of letters, digits, '.', '_' and '-', got '$(id)'"),
    BadLine(
      13, "execution: {executor: slurm, constraint: 'a b'}",
      "13:42: constraint: expected features of nodes, such as epyc or 'epyc&rapl', got 'a b'"),
    BadLine(
      13, "execution: {executor: slurm, time: 2h}",
      "13:36: time: expected a time as Slurm writes it, such as 30 (minutes), 02:00:00 or 1-12, got '2h'"),
    BadLine(
      13, "execution: {executor: slurm, memory: 0}",
      "13:38: memory: expected a size as Slurm writes it, such as 500M or 4G, got 0"),
    BadLine(
      13, "execution: {executor: slurm, nodes: 0}",
      "13:37: nodes: expected a positive integer, got 0"),
  ])
  func `a wrong value of a section is reported with its place`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test func `every optional value has its default`() throws {
    let configuration = try StudyConfiguration(yaml: plainYAML(line: 13, "search:"), fileName: "plain.yaml")
    #expect(configuration.dataset.split == [0.6, 0.2, 0.2])
    #expect(configuration.objectives == [.accuracy, .trainingEnergy])
    #expect(configuration.search.strategy == .evolutionary)
    #expect(configuration.search.trials == 60)
    #expect(configuration.search.budget == nil)
    #expect(configuration.search.seed == 0)
    #expect(configuration.search.lookahead == 8)
    #expect(configuration.search.order == .shuffled)
    #expect(configuration.search.population == 16)
    #expect(configuration.search.sample == 4)
    #expect(configuration.search.startup == 10)
    #expect(configuration.search.candidates == 24)
    #expect(configuration.energy.source == .auto)
    #expect(configuration.energy.pue == 1)
    #expect(configuration.energy.region == "World")
    #expect(configuration.energy.inferences == nil)
    #expect(configuration.energy.inferenceMeasure == .front)
    #expect(configuration.execution.workers == .auto)
    #expect(configuration.execution.blasCore == nil)
  }

  @Test(arguments: [
    ("auto", StudyConfiguration.EnergySourceName.auto), ("powercap", .powercap), ("perf", .perf),
    ("hwmon", .hwmon),
    ("battery", .battery), ("power-model", .powerModel), ("model", .powerModel),
  ])
  func `each source of energy has a name, and model is short for power-model`(
    name: String, source: StudyConfiguration.EnergySourceName
  ) throws {
    let yaml = plainYAML(line: 13, "energy: {source: \(name)}")
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml")
    #expect(configuration.energy.source == source)
    #expect(configuration.resolvedYAML.contains("source: \(name == "model" ? "power-model" : name)"))
  }

  @Test func `rungs have defaults by their scheme, and read back as they were written`() throws {
    func fidelity(_ text: String) throws -> StudyConfiguration.FidelitySection? {
      let configuration = try StudyConfiguration(
        yaml: plainYAML(line: 13, "search: {\(text)}"), fileName: "plain.yaml")
      let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "again.yaml")
      #expect(again.search == configuration.search)
      return configuration.search.fidelity
    }
    #expect(try fidelity("seed: 3") == nil)
    let asha = try #require(try fidelity("fidelity: {scheme: asha}"))
    #expect(asha.scheme == .asha && asha.reduction == 4 && asha.rungs == 5 && asha.first == nil)
    #expect(try fidelity("fidelity: {rungs: 5}") == asha)
    let bracket = try #require(try fidelity("fidelity: {scheme: hyperband, first: 0.1 Wh}"))
    #expect(bracket.scheme == .hyperband && bracket.reduction == 3 && bracket.rungs == 4)
    #expect(bracket.first?.joules == 360)
  }

  @Test func `children that inherit train a share of their epochs, rounded up, and at least one`() throws {
    func inheritance(_ text: String) throws -> StudyConfiguration.InheritanceSection? {
      let configuration = try StudyConfiguration(
        yaml: plainYAML(line: 13, "search: {\(text)}"), fileName: "plain.yaml")
      let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "again.yaml")
      #expect(again.search == configuration.search)
      return configuration.search.inheritWeights
    }
    #expect(try inheritance("seed: 3") == nil)
    #expect(try inheritance("inherit-weights: {}")?.share == 0.25)
    let tenth = try #require(try inheritance("inherit-weights: {epochs: 0.1}"))
    #expect([1, 10, 11, 30, 100].map(tenth.epochs) == [1, 1, 2, 3, 10])
    #expect(StudyConfiguration.InheritanceSection(share: 0.07).epochs(of: 100) == 7)
    #expect(StudyConfiguration.InheritanceSection(share: 1).epochs(of: 20) == 20)
  }

  @Test func `the default of 60 trials yields to a budget and to a grid`() throws {
    for search in ["{budget: 2 Wh}", "{strategy: grid}"] {
      let yaml = plainYAML(line: 13, "search: \(search)")
      #expect(try StudyConfiguration(yaml: yaml, fileName: "plain.yaml").search.trials == nil)
    }
  }

  @Test(arguments: [
    ("2 Wh", 7200.0), ("0.5kWh", 1.8e6), ("1e-3 MWh", 3.6e6), ("7200 J", 7200), ("3 kJ", 3000), ("2 MJ", 2e6),
    ("1e3 J", 1000), (".5 Wh", 1800),
  ])
  func `a budget may be written in any unit`(_ text: String, _ joules: Double) throws {
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 13, "search: {budget: \(text)}"), fileName: "plain.yaml")
    #expect(configuration.search.budget?.joules == joules)
  }

  @Test(arguments: [
    ("energy: {inference: {measure: none}}", StudyConfiguration.InferenceMeasure.none),
    ("objectives: [{maximize: accuracy}, {minimize: inference-energy}]", .all),
    ("objectives: [{minimize: inference-energy}]\nenergy: {inference: {measure: all}}", .all),
    ("objectives: [{maximize: accuracy}, {minimize: latency}]", .all),
    ("objectives: [{minimize: life-cycle-energy}]\nenergy: {inferences: 1e9}", .all),
  ])
  func `inferences are measured for whom the configuration says, and for all where they are an objective`(
    _ text: String, _ measure: StudyConfiguration.InferenceMeasure
  ) throws {
    let configuration = try StudyConfiguration(yaml: plainYAML(line: 13, text), fileName: "plain.yaml")
    #expect(configuration.energy.inferenceMeasure == measure)
    let copy = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "copy.yaml")
    #expect(copy == configuration)
  }

  @Test func `a seed may take all 64 bits`() throws {
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 13, "search: {seed: 18446744073709551615}"), fileName: "plain.yaml")
    #expect(configuration.search.seed == UInt64.max)
    let copy = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "copy.yaml")
    #expect(copy == configuration)
  }

  @Test func `the caller can raise an error at a part's place`() throws {
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 13, "energy:\n  region: Atlantis"), fileName: "plain.yaml",
      overrides: ["search.seed=4"])
    let message = configuration.error(at: "energy.region", "unknown region 'Atlantis'").description
    #expect(message == "plain.yaml:14:11: region: unknown region 'Atlantis'")
    #expect(configuration.location(of: "architecture[1].activation").description == "plain.yaml:5:17")
    #expect(configuration.location(of: "search.seed").description == "--set search.seed=4")
    #expect(configuration.location(of: "training.schedule").description == "plain.yaml:9:3")
  }
}
