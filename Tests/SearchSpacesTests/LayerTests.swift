import NeuralNetworks
import SearchSpaces
import Testing

/// The layers of the first candidate of a space of images of 8×8 pixels and ten classes.
private func firstLayers(_ architecture: String) throws -> [Layer] {
  let space = try imageSpace(architecture)
  return try space.candidate(for: space.choices.gridAssignment(at: 0)).architecture.layers
}

private func imageSpace(_ architecture: String) throws -> SearchSpace {
  try StudyConfiguration(yaml: imageYAML(architecture), fileName: "s.yaml")
    .searchSpace(sampleShape: [8, 8, 1], classCount: 10)
}

private func imageYAML(_ architecture: String) -> String {
  """
  name: s
  dataset: {name: digits}
  architecture:
  \(architecture)
  training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 5}
  """
}

@Suite struct LayerTests {
  @Test func `every layer is read, with its defaults`() throws {
    let layers = try firstLayers(
      """
        - conv2d: {filters: 16, kernel: 3}
        - conv2d: {filters: 4, kernel: [3, 5], stride: [1, 2], padding: valid, dilation: 2, groups: 4}
        - depthwise-conv2d: {kernel: 3, padding: 1}
        - separable-conv2d: {filters: 8, kernel: 3, stride: 2}
        - max-pool: {size: 2}
        - average-pool: {size: 2, stride: 1}
        - batch-norm
        - layer-norm: {}
        - residual:
            layers:
              - conv2d: {filters: 8, kernel: 1}
              - activation: hard-swish
        - branches:
            join: concat
            paths: [[], [activation: squared-relu], [batch-norm, dropout: {rate: 0.1}]]
        - reshape: {shape: [4, 16]}
        - conv1d: {filters: 6, kernel: 3}
        - flatten:
        - embedding: {vocabulary: 100, dimension: 16}
        - global-average-pool
        - global-max-pool
        - dense: {units: classes}
      """)
    let wide = ConvolutionWindow(
      kernel: Extent(height: 3, width: 5), stride: Extent(height: 1, width: 2), padding: .valid, dilation: 2)
    #expect(
      layers == [
        .conv2d(filters: 16, window: .init(kernel: 3)), .conv2d(filters: 4, window: wide, groups: 4),
        .depthwiseConv2d(window: .init(kernel: 3, padding: .each(1))),
        .separableConv2d(filters: 8, window: .init(kernel: 3, stride: 2)), .maxPool(.init(size: 2)),
        .averagePool(.init(size: 2, stride: 1)), .batchNorm, .layerNorm,
        .residual([.conv2d(filters: 8, window: .init(kernel: 1)), .activation(.hardSwish)]),
        .branches(
          join: .concat, paths: [[], [.activation(.squaredRelu)], [.batchNorm, .dropout(rate: 0.1)]]),
        .reshape([4, 16]), .conv1d(filters: 6, window: .init(kernel: 3)), .flatten,
        .embedding(vocabulary: 100, dimension: 16), .globalAveragePool, .globalMaxPool, .dense(units: 10),
      ])
  }

  @Test func `every number and name can be a choice, named by its way`() throws {
    let space = try imageSpace(
      """
        - conv2d:
            filters: {int: [8, 64], scale: log}
            kernel: {choice: [1, 3, [3, 5]]}
            stride: {choice: [1, 2]}
            padding: {choice: [same, valid, 1]}
            dilation: {int: [1, 2]}
            groups: 1
        - residual: {layers: [{conv2d: {filters: {choice: [4, 8]}, kernel: 3}}, choice: [none, batch-norm, layer-norm]]}
        - branches:
            join: {choice: [add, concat]}
            paths: [[activation: {choice: [silu, relu6]}], [{max-pool: {size: {choice: [1, 2]}, stride: 1}}]]
        - reshape: {shape: {choice: [[4, 16], [16, 4]]}}
        - dense: {units: classes}
      """)
    #expect(
      space.choices.parameterNames == [
        "conv2d.filters", "conv2d.kernel", "conv2d.stride", "conv2d.padding", "conv2d.dilation",
        "residual.conv2d.filters", "residual.choice", "branches.join", "branches[1].activation",
        "branches[2].max-pool.size", "reshape.shape",
      ])
    #expect(space.choices.parameters[1].domain == .options(["1", "3", "3x5"]))
    #expect(space.choices.parameters[3].domain == .options(["same", "valid", "1"]))
    #expect(space.choices.parameters[6].domain == .options(["none", "batch-norm", "layer-norm"]))
    #expect(space.choices.parameters[10].domain == .options(["4x16", "16x4"]))
    var stream = stream()
    for _ in 0..<50 { _ = try space.candidate(for: space.choices.sample(using: &stream)) }
  }

  @Test func `options are labelled by what is written and not open`() throws {
    let space = try imageSpace(
      """
        - choice:
            - conv2d: {filters: 16, kernel: 3}
            - conv2d: {filters: {choice: [8, 16]}, kernel: [3, 5], padding: valid}
            - [{max-pool: {size: 2}}, flatten]
            - residual: {layers: [batch-norm, activation: relu]}
            - branches: {join: add, paths: [[batch-norm], []]}
        - dense: {units: classes}
      """)
    #expect(
      space.choices.parameters[0].domain
        == .options([
          "conv2d(16 3)", "conv2d(3x5 valid)", "max-pool(2)+flatten", "residual(batch-norm+relu)",
          "branches(batch-norm|none)",
        ]))
  }

  @Test(arguments: [
    BadLine(5, "  - conv2d: {filters: 3}", "5:13: conv2d: missing key 'kernel'"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernal: 3}", "5:26: unknown key 'kernal' in conv2d; did you mean 'kernel'?"
    ),
    BadLine(
      5, "  - conv2d: {filters: 0, kernel: 3}", "5:23: filters: expected a positive integer, got 0"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernel: [3, 3, 3]}",
      "5:34: kernel: expected a number or [height, width], got a list of 3"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernel: [3, x]}", "5:38: kernel: expected a positive integer, got 'x'"),
    BadLine(
      5, "  - conv1d: {filters: 3, kernel: [3, 3]}", "5:34: kernel: expected a positive integer, got a list"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernel: 3, padding: smae}",
      "5:46: padding: unknown name 'smae'; did you mean 'same'?"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernel: 3, padding: -1}",
      "5:46: padding: expected an integer of at least 0, got -1"),
    BadLine(5, "  - max-pool: {}", "5:15: max-pool: missing key 'size'"),
    BadLine(5, "  - max-pool", "5:5: max-pool: missing key 'size'"),
    BadLine(5, "  - dense", "5:5: dense: missing key 'units'"),
    BadLine(5, "  - residual", "5:5: residual: missing key 'layers'"),
    BadLine(5, "  - maxpool: {size: 2}", "5:5: unknown layer 'maxpool'; did you mean 'max-pool'?"),
    BadLine(
      5, "  - batchnorm",
      "5:5: expected a layer such as 'dense: {units: 32}', got 'batchnorm'; did you mean 'batch-norm'?"),
    BadLine(
      5, "  - batch-norm: {momentum: 3}",
      "5:17: batch-norm: expected nothing behind it, as it has no settings; got a mapping"),
    BadLine(5, "  - reshape: {shape: 4}", "5:22: shape: expected a list of sides such as [4, 16], got 4"),
    BadLine(5, "  - reshape: {shape: [4, 0]}", "5:26: shape: expected a positive integer, got 0"),
    BadLine(5, "  - reshape: {shape: []}", "5:22: shape: expected one to eight sides, got 0"),
    BadLine(
      5, "  - reshape: {shape: {int: [1, 2]}}", "5:22: shape: an int range cannot stand here; use choice"),
    BadLine(5, "  - residual: {layers: []}", "5:24: layers: expected at least one layer in a residual"),
    BadLine(
      5, "  - residual: {layers: [dence: {units: 3}]}", "5:25: unknown layer 'dence'; did you mean 'dense'?"),
    BadLine(
      5, "  - branches: {join: ad, paths: [[], []]}", "5:22: join: unknown name 'ad'; did you mean 'add'?"),
    BadLine(
      5, "  - branches: {join: add, paths: [[]]}", "5:34: paths: expected two or more lists of layers"),
    BadLine(
      5, "  - branches: {join: add, paths: [flatten, []]}",
      "5:35: paths: expected a list of layers, got 'flatten'"),
    BadLine(
      5, "  - embedding: {vocabulary: 9}", "5:16: embedding: missing key 'dimension'"),
    BadLine(
      5, "  - choice: [none, batchnorm]",
      "5:20: choice: expected a layer, a list of layers or none, got 'batchnorm'; did you mean 'batch-norm'?"),
    BadLine(
      5, "  - conv2d: {filters: 3, kernel: {choice: [3, [3, 3]]}}",
      "5:47: kernel: choice: 3 stands more than once"),
  ])
  func `a wrong layer is reported with its place and a remedy`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test func `any last layer that gives one value a class will do`() throws {
    for ending in [
      "[conv2d: {filters: classes, kernel: 3}, global-average-pool]",
      "[conv2d: {filters: 10, kernel: 3}, batch-norm, activation: relu, {max-pool: {size: 2}}, global-max-pool]",
      "[conv2d: {filters: {choice: [classes]}, kernel: [8, 8], padding: valid}, flatten]",
      "[residual: {layers: [separable-conv2d: {filters: classes, kernel: 3}]}, global-average-pool, batch-norm]",
      "[branches: {join: add, paths: [[dense: {units: classes}], [flatten, dense: {units: classes}]]}]",
      "[branches: {join: concat, paths: [[dense: {units: 4}], [dense: {units: 6}]]}]",
      "[dense: {units: classes}, batch-norm]", "[dense: {units: 5}, dense: {units: 10}, layer-norm]",
    ] {
      let space = try imageSpace("  \(ending)")
      let candidate = try space.candidate(for: space.choices.gridAssignment(at: 0))
      try candidate.architecture.check(classCount: 10)
    }
  }

  @Test(arguments: [
    (
      "[conv2d: {filters: 8, kernel: 3}, global-average-pool]",
      "filters: the last layer must give 10 values, one a class; got 8; write filters: classes"
    ),
    (
      "[conv2d: {filters: {int: [8, 10]}, kernel: 3}, global-average-pool]",
      "filters: the last layer must give one value a class; write filters: classes"
    ),
    (
      "[conv2d: {filters: 10, kernel: 3}]",
      "architecture: the last layer must be 'dense: {units: classes}', got conv2d(10 3)"
    ),
    (
      "[conv2d: {filters: 10, kernel: 3}, flatten]",
      "architecture: the last layer must give one value a class, [10], got [640]; end with 'dense: {units: classes}'"
    ),
    (
      "[residual: {layers: [dense: {units: 9}]}]",
      "units: the last layer must give 10 values, one a class; got 9; write units: classes"
    ),
    (
      "[branches: {join: concat, paths: [[dense: {units: 4}], [dense: {units: classes}]]}]",
      "architecture: the last layer must give one value a class, [10], got [14]; end with 'dense: {units: classes}'"
    ),
    (
      "[global-average-pool]",
      "architecture: the last layer must give one value a class, [10], got [1]; end with 'dense: {units: classes}'"
    ),
    (
      "[conv2d: {filters: classes, kernel: 3}, global-average-pool, choice: [none, activation: relu]]",
      "architecture: the last layer must be 'dense: {units: classes}', got relu"
    ),
  ])
  func `a last layer of another width is reported with its place`(_ ending: String, _ expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try imageSpace("  \(ending)") }
    #expect(error?.message == expected)
    #expect(error?.description.hasPrefix("s.yaml:4:") == true)
  }

  @Test(arguments: ["digits-cnn", "glyphs-cnn"]) func `shipped spaces of images lead to networks`(
    _ name: String
  ) throws {
    let shape = name == "digits-cnn" ? [8, 8, 1] : [16, 16, 1]
    let space = try StudyConfiguration(contentsOf: shippedPath(name))
      .searchSpace(sampleShape: shape, classCount: 10)
    var stream = stream()
    for _ in 0..<500 {
      try space.candidate(for: space.choices.sample(using: &stream)).architecture.check(classCount: 10)
    }
  }
}
