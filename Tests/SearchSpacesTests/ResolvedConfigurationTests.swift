import SearchSpaces
import Testing

@Suite struct ResolvedConfigurationTests {
  private func resolved(_ yaml: String) throws -> String {
    try StudyConfiguration(yaml: yaml, fileName: "plain.yaml").resolvedYAML
  }

  @Test(arguments: shippedNames)
  func `the resolved configuration reads back to an equal one and resolves to itself`(_ name: String) throws {
    let configuration = try StudyConfiguration(contentsOf: shippedPath(name))
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "config.yaml")
    #expect(again == configuration)
    #expect(again.resolvedYAML == configuration.resolvedYAML)
  }

  @Test func `defaults are written out`() throws {
    #expect(
      try resolved(plainYAML(line: 13, "")) == """
        name: plain
        dataset:
          name: digits
          split: [0.6, 0.2, 0.2]
        architecture:
        - dense: {units: 32}
        - activation: relu
        - dropout: {rate: 0.2}
        - dense: {units: classes}
        training:
          loss: auto
          label-smoothing: 0
          class-weights: uniform
          optimizer: adam
          beta1: 0.9
          beta2: 0.999
          epsilon: 1e-08
          weight-decay: auto
          gradient-clip: none
          learning-rate: 0.01
          schedule: constant
          warm-up: 0
          batch-size: 32
          epochs: 5
          patience: none
          augmentation:
            shift: 0
            flip: none
            noise: 0
        objectives: [{maximize: accuracy}, {minimize: training-energy}]
        search:
          strategy: evolutionary
          trials: 60
          seed: 0
          lookahead: 8
          order: shuffled
          population: 16
          sample: 4
          startup: 10
          candidates: 24
          sampling: by-option
        energy:
          source: auto
          pue: 1
          region: World
          inference:
            measure: front
        execution:
          workers: auto
          exclusive: false
          blas-core: auto
          retries: 1
          time-limit: none
          memory-limit: auto
          checkpoint-interval: 60 s

        """)
  }

  @Test func `overrides and later changes are in the resolved configuration`() throws {
    var configuration = try StudyConfiguration(
      contentsOf: shippedPath("digits-mlp"),
      overrides: ["architecture[0].repeat.share=true", "search.seed=9"])
    configuration.search.trials = 5
    configuration.search.budget = .init(joules: 0.1)
    configuration.execution.workers = .count(3)
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "config.yaml")
    #expect(again == configuration)
    #expect(again.search.seed == 9 && again.search.trials == 5 && again.execution.workers == .count(3))
    #expect(again.search.budget?.joules == 0.1)
  }

  @Test func `a header stands in comments and changes nothing`() throws {
    let configuration = try StudyConfiguration(contentsOf: shippedPath("digits-mlp"))
    let text = configuration.resolvedYAML(header: "wattle 0.1.0\nname: other")
    #expect(text.hasPrefix("# wattle 0.1.0\n# name: other\nname: digits-mlp\n"))
    #expect(try StudyConfiguration(yaml: text, fileName: "config.yaml") == configuration)
  }

  @Test(arguments: ["\"3\"", "'true'", "\"~\"", "'a: b'", "'# x'", "'ä {'", "'1e3'", "NO", "\" x \"", "'-'"])
  func `texts that look like something else keep their meaning`(_ region: String) throws {
    let yaml = plainYAML(line: 13, "energy: {region: \(region)}")
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml")
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "config.yaml")
    #expect(again == configuration)
  }

  @Test func `nested choices, blocks and shares read back`() throws {
    let yaml = plainYAML(
      line: 5,
      """
        - repeat:
            times: {choice: [1, {int: [2, 6], step: 2}]}
            share: true
            layers:
              - choice:
                  - none
                  - [dense: {units: {int: [1, 64], scale: log}}, activation: {choice: [relu, tanh]}]
                  - choice: [{dropout: {rate: {float: [0.1, 0.3]}}}, {activation: gelu}]
                  - repeat: {times: 2, layers: [activation: relu]}
      """)
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml")
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "config.yaml")
    #expect(again == configuration)
  }

  @Test func `layers of all kinds read back, their defaults written out`() throws {
    let yaml = plainYAML(
      line: 5,
      """
        - conv2d: {filters: {choice: [8, 16]}, kernel: {choice: [3, [3, 5]]}}
        - residual: {layers: [batch-norm, {separable-conv2d: {filters: 4, kernel: 3, padding: {choice: [valid, 2]}}}]}
        - branches: {join: {choice: [add, concat]}, paths: [[], [flatten, {choice: [none, layer-norm]}]]}
        - max-pool: {size: 2}
        - reshape: {shape: [4, 16]}
      """)
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml")
    let text = configuration.resolvedYAML
    #expect(try StudyConfiguration(yaml: text, fileName: "config.yaml") == configuration)
    #expect(text.contains("- max-pool: {size: 2, stride: size}\n- reshape: {shape: [4, 16]}\n"))
    #expect(text.contains("kernel: {choice: [3, [3, 5]]}, stride: 1, padding: same, dilation: 1, groups: 1}"))
  }

  @Test func `configurations that say different things are not equal`() throws {
    let plain = try StudyConfiguration(yaml: plainYAML(line: 13, ""), fileName: "plain.yaml")
    for (line, text) in [(4, "  - dense: {units: 33}"), (12, "  epochs: 6"), (13, "search: {seed: 1}")] {
      #expect(try StudyConfiguration(yaml: plainYAML(line: line, text), fileName: "plain.yaml") != plain)
    }
  }
}
