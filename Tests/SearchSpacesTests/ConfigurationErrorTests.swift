import SearchSpaces
import Testing

/// One line of the plain configuration, replaced, and what reading it must say.
struct BadLine: Sendable, CustomTestStringConvertible {
  let line: Int
  let text: String
  let expected: String
  var testDescription: String { expected }

  init(_ line: Int, _ text: String, _ expected: String) {
    self.line = line
    self.text = text
    self.expected = "plain.yaml:\(expected)"
  }
}

/// What a learning rate must be.
private let positive = "a number above 0 in single precision, 1.2e-38 to 3.4e38"

@Suite struct ConfigurationErrorTests {
  @Test func `the plain configuration is right`() { #expect(errorText(plainYAML(line: 13, "")) == nil) }

  @Test(arguments: [
    BadLine(4, "  - dense: {units: -3}", "4:20: units: expected a positive integer, got -3"),
    BadLine(4, "  - dense: {units: 0}", "4:20: units: expected a positive integer, got 0"),
    BadLine(
      4, "  - dense: {units: 32.0}",
      "4:20: units: expected a positive integer, got 32.0; write 32 without a fraction"),
    BadLine(4, "  - dense: {units: 32.5}", "4:20: units: expected a positive integer, got 32.5"),
    BadLine(4, "  - dense: {units: true}", "4:20: units: expected a positive integer, got true"),
    BadLine(4, "  - dense: {units: '32'}", "4:20: units: expected a positive integer, got '32'"),
    BadLine(4, "  - dense: {units: }", "4:20: units: expected a positive integer, got nothing"),
    BadLine(4, "  - dense: {units: [3]}", "4:20: units: expected a positive integer, got a list"),
    BadLine(4, "  - dense: {units: .nan}", "4:20: units: expected a positive integer, got .nan"),
    BadLine(4, "  - dense: {units: 0x10}", "4:20: units: expected a positive integer, got '0x10'"),
    BadLine(4, "  - dense: {units: 1000001}", "4:20: units: 1000001 is too large; the largest is 1000000"),
    BadLine(
      4, "  - dense: {units: 99999999999999999999}",
      "4:20: units: 99999999999999999999 is too large; the largest is 1000000"),
    BadLine(4, "  - dense: {units: clases}", "4:20: units: unknown name 'clases'; did you mean 'classes'?"),
    BadLine(5, "  - activation: rleu", "5:17: activation: unknown name 'rleu'; did you mean 'relu'?"),
    BadLine(
      5, "  - activation: swishy",
      "5:17: activation: unknown name 'swishy'; known names: relu, gelu, tanh, relu6, leaky-relu, squared-relu, "
        + "silu, sigmoid, hard-swish"),
    BadLine(
      5, "  - activation: 3",
      "5:17: activation: expected one of relu, gelu, tanh, relu6, leaky-relu, squared-relu, silu, sigmoid, "
        + "hard-swish, got 3"),
    BadLine(6, "  - dropout: {rate: 1}", "6:21: rate: expected a number in [0, 1), got 1"),
    BadLine(6, "  - dropout: {rate: -0.1}", "6:21: rate: expected a number in [0, 1), got -0.1"),
    BadLine(6, "  - dropout: {rate: .inf}", "6:21: rate: expected a number in [0, 1), got .inf"),
    BadLine(6, "  - dropout: {rate: half}", "6:21: rate: expected a number in [0, 1), got 'half'"),
    BadLine(9, "  optimizer: adm", "9:14: optimizer: unknown name 'adm'; did you mean 'adam'?"),
    BadLine(10, "  learning-rate: 0", "10:18: learning-rate: expected \(positive), got 0"),
    BadLine(10, "  learning-rate: .NaN", "10:18: learning-rate: expected \(positive), got .NaN"),
    BadLine(10, "  learning-rate: 1e999", "10:18: learning-rate: expected \(positive), got 1e999"),
    BadLine(10, "  learning-rate: 1e-300", "10:18: learning-rate: expected \(positive), got 1e-300"),
    BadLine(10, "  learning-rate: 1e39", "10:18: learning-rate: expected \(positive), got 1e39"),
    BadLine(
      10, "  learning-rate: {float: [1e-40, 1], scale: log}",
      "10:27: learning-rate: expected \(positive), got 1e-40"),
    BadLine(11, "  batch-size: 0", "11:15: batch-size: expected a positive integer, got 0"),
    BadLine(12, "  epochs: 0", "12:11: epochs: expected a positive integer, got 0"),
    BadLine(
      12, "  epochs: 5\n  momentum: 0.5",
      "13:13: momentum: only sgd takes it; leave it out or let the optimizer be sgd"),
    BadLine(
      12, "  epochs: 5\n  schedule: cosin",
      "13:13: schedule: unknown name 'cosin'; did you mean 'cosine'?"),
  ])
  func `a wrong value is reported with its place`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test(arguments: [
    BadLine(6, "  - dropuot: {rate: 0.2}", "6:5: unknown layer 'dropuot'; did you mean 'dropout'?"),
    BadLine(
      6, "  - pooling: {}",
      "6:5: unknown layer 'pooling'; known layers: dense, activation, dropout, conv1d, conv2d, depthwise-conv2d, "
        + "separable-conv2d, max-pool, average-pool, global-average-pool, global-max-pool, batch-norm, layer-norm, "
        + "flatten, reshape, residual, branches, embedding, repeat, choice, block, when"),
    BadLine(
      6, "  - dropout: {rate: 0.2}\n    activation: relu",
      "7:5: expected one layer an item, got dropout and activation; begin each layer with its own '-'"),
    BadLine(6, "  - dropout: {}", "6:14: dropout: missing key 'rate'"),
    BadLine(
      6, "  - dropout: 0.2", "6:14: dropout: expected a mapping with the keys rate; got 0.2"),
    BadLine(6, "  - relu", "6:5: expected a layer such as 'dense: {units: 32}', got 'relu'"),
    BadLine(6, "  - dense: {unit: 3}", "6:13: unknown key 'unit' in dense; did you mean 'units'?"),
    BadLine(12, "  epohcs: 5", "12:3: unknown key 'epohcs' in training; did you mean 'epochs'?"),
    BadLine(
      12, "  dropout: 5",
      "12:3: unknown key 'dropout' in training; known keys: loss, label-smoothing, class-weights, huber-delta, "
        + "optimizer, momentum, nesterov, smoothing, beta1, beta2, epsilon, weight-decay, gradient-clip, "
        + "learning-rate, schedule, step-every, step-factor, one-cycle-peak, warm-up, batch-size, epochs, "
        + "patience, augmentation"),
    BadLine(12, "", "9:3: training: missing key 'epochs'"),
    BadLine(
      13, "serach: {}", "13:1: unknown key 'serach'; did you mean 'search'?"),
    BadLine(1, "", "2:1: missing key 'name'"),
    BadLine(
      2, "dataset:",
      "2:9: dataset: expected a mapping with one of the keys name, csv, npy, npz, idx, cifar10, cifar100; got nothing"
    ),
    BadLine(
      2, "dataset: {split: [0.6, 0.2, 0.2]}",
      "2:10: dataset: expected one of the keys name, csv, npy, npz, idx, cifar10, cifar100"),
    BadLine(11, "  batch-size: 32\n  batch-size: 64", "11:3: key 'batch-size' stands more than once"),
    BadLine(4, "  - dense: {units: 1, \"units\": 2}", "4:13: key 'units' stands more than once"),
    BadLine(
      1, "name: a/b",
      "1:7: name: expected a name of letters, digits, '.', '_' and '-', at most 100, beginning with a letter or "
        + "a digit, got 'a/b'"),
    BadLine(
      1, "name: ..",
      "1:7: name: expected a name of letters, digits, '.', '_' and '-', at most 100, beginning with a letter or "
        + "a digit, got '..'"),
  ])
  func `a wrong key is reported with a remedy`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test(arguments: [
    BadLine(
      11, "  batch-size: {int: [5, 2]}",
      "11:22: batch-size: the int range from 5 to 2 is empty; put the smaller bound first"),
    BadLine(
      10, "  learning-rate: {float: [0.1, 0.01]}",
      "10:27: learning-rate: the float range from 0.1 to 0.01 is empty; put the smaller bound first"),
    BadLine(
      10, "  learning-rate: {float: [0.1, 0.1]}",
      "10:27: learning-rate: the bounds of float are equal; write 0.1 itself"),
    BadLine(
      10, "  learning-rate: {float: [0, 0.1]}",
      "10:27: learning-rate: expected \(positive), got 0"),
    BadLine(
      6, "  - dropout: {rate: {float: [0, 0.5], scale: log}}",
      "6:30: rate: a log scale needs bounds above 0, got 0"),
    BadLine(
      6, "  - dropout: {rate: {float: [0, 0.5], scale: lgo}}",
      "6:46: rate: scale: unknown name 'lgo'; did you mean 'log'?"),
    BadLine(
      6, "  - dropout: {rate: {float: [0, 0.5], grid: 0}}",
      "6:45: rate: grid: expected a positive integer, got 0"),
    BadLine(
      6, "  - dropout: {rate: {float: [0, 0.5], gird: 3}}",
      "6:39: unknown key 'gird' in rate: float; did you mean 'grid'?"),
    BadLine(
      6, "  - dropout: {rate: {float: [0.5, 0.5000000000000001], grid: 9}}",
      "6:62: rate: grid: the range is too narrow for so many points"),
    BadLine(
      6, "  - dropout: {rate: {float: [0]}}",
      "6:29: rate: float: expected two bounds such as [0.1, 0.5], got 1"),
    BadLine(6, "  - dropout: {rate: {int: [0, 0]}}", "6:21: rate: an int range cannot stand here; use float"),
    BadLine(
      4, "  - dense: {units: {float: [1, 9]}}", "4:20: units: a float range cannot stand here; use int"),
    BadLine(
      5, "  - activation: {int: [1, 9]}", "5:17: activation: an int range cannot stand here; use choice"),
    BadLine(4, "  - dense: {units: {choice: []}}", "4:29: units: choice: expected at least one option"),
    BadLine(4, "  - dense: {units: {choice: 3}}", "4:29: units: choice: expected a list of options, got 3"),
    BadLine(4, "  - dense: {units: {choice: [8, 16, 8]}}", "4:37: units: choice: 8 stands more than once"),
    BadLine(6, "  - dropout: {rate: {choice: [0, 0.0]}}", "6:34: rate: choice: 0 stands more than once"),
    BadLine(4, "  - dense: {units: {choice: [8, -1]}}", "4:33: units: expected a positive integer, got -1"),
    BadLine(
      4, "  - dense: {units: {chioce: [8]}}", "4:21: unknown key 'chioce' in units; did you mean 'choice'?"),
    BadLine(5, "  - choice: []", "5:13: choice: expected at least one option"),
    BadLine(5, "  - choice: [none, []]", "5:20: choice: none stands more than once"),
    BadLine(
      5, "  - choice: [non]",
      "5:14: choice: expected a layer, a list of layers or none, got 'non'; did you mean 'none'?"),
    BadLine(5, "  - repeat: {times: 2}", "5:13: repeat: missing key 'layers'"),
    BadLine(5, "  - repeat: {times: 2, layers: []}", "5:32: layers: expected at least one layer to repeat"),
    BadLine(
      5, "  - repeat: {times: -1, layers: [activation: relu]}",
      "5:21: times: expected an integer of at least 0, got -1"),
    BadLine(
      5, "  - repeat: {times: 1001, layers: [activation: relu]}",
      "5:21: times: 1001 is too large; the largest is 1000"),
    BadLine(
      5, "  - repeat: {times: 2, layers: [activation: relu], share: maybe}",
      "5:59: share: expected true or false, got 'maybe'"),
    BadLine(
      5,
      "  - repeat: {times: 1000, layers: [repeat: {times: 1000, layers: [activation: relu], share: true}]}",
      "5:5: repeat: a network could have more than 10000 layers; lower times"),
  ])
  func `a wrong choice is reported with its place`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test(arguments: [
    BadLine(
      7, "  - activation: relu",
      "7:5: architecture: the last layer must be 'dense: {units: classes}', got relu"),
    BadLine(
      7, "  - dense: {units: {int: [1, 5]}}",
      "7:20: units: the last layer must give one value a class; write units: classes"),
    BadLine(
      7, "  - choice: [none, dense: {units: classes}]",
      "6:5: architecture: the last layer must be 'dense: {units: classes}', got dropout(0.2)"),
  ])
  func `the last layer must give one value a class`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test func `a last layer of a wrong width is reported once the classes are known`() throws {
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 7, "  - dense: {units: {choice: [10, 12]}}"), fileName: "plain.yaml")
    let expected =
      "plain.yaml:7:34: units: the last layer must give 10 values, one a class; got 12; write units: classes"
    let error = #expect(throws: ConfigurationError.self) {
      try configuration.searchSpace(sampleShape: [64], classCount: 10)
    }
    #expect(error?.description == expected)
  }
}
