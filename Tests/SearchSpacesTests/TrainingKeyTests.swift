import Datasets
import NeuralNetworks
import SearchSpaces
import Testing
import Training

@Suite struct TrainingKeyTests {
  /// The hyperparameters of a configuration without open choices but for the lines added to its training.
  private func training(
    _ lines: String, architecture: String = "  - dense: {units: classes}", sampleShape: [Int] = [8, 8],
    task: LearningTask = .classification(classes: 3), optimizer: String = "adam"
  ) throws -> Candidate {
    let space = try space(
      lines, architecture: architecture, sampleShape: sampleShape, task: task, optimizer: optimizer)
    var stream = stream()
    return try space.candidate(for: space.choices.sample(using: &stream))
  }

  private func space(
    _ lines: String, architecture: String = "  - dense: {units: classes}", sampleShape: [Int] = [8, 8],
    task: LearningTask = .classification(classes: 3), optimizer: String = "adam"
  ) throws -> SearchSpace {
    let yaml = """
      name: s
      dataset: {name: digits}
      architecture:
      \(architecture)
      training:
        optimizer: \(optimizer)
        learning-rate: 0.01
        batch-size: 32
        epochs: 5
        \(lines)
      """
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "s.yaml")
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "config.yaml")
    #expect(again == configuration)
    return try configuration.searchSpace(sampleShape: sampleShape, task: task)
  }

  @Test func `defaults are those of PyTorch, without further techniques`() throws {
    let plain = TrainingHyperparameters(optimizer: .adam(), learningRate: 0.01, batchSize: 32, epochs: 5)
    #expect(try training("").training == plain)
    #expect(try training("", optimizer: "adamw").training.optimizer == .adamw(weightDecay: 0.01))
    #expect(try training("", optimizer: "rmsprop").training.optimizer == .rmsprop())
    #expect(try training("", optimizer: "sgd").training.optimizer == .sgd(momentum: 0.9))
    #expect(try training("", task: .regression).training.loss == .meanSquaredError)
  }

  @Test func `every key has its effect`() throws {
    func check(
      _ lines: String, _ expected: (inout TrainingHyperparameters) -> Void, optimizer: String = "adam",
      task: LearningTask = .classification(classes: 3)
    ) throws {
      var hyperparameters = try training("", task: task, optimizer: optimizer).training
      expected(&hyperparameters)
      let found = try training(lines, task: task, optimizer: optimizer).training
      #expect(found == hyperparameters, "\(lines)")
    }
    try check("label-smoothing: 0.1", { $0.loss = .crossEntropy(labelSmoothing: 0.1) })
    try check("loss: cross-entropy", { _ in })
    try check("class-weights: balanced", { $0.classWeights = .balanced })
    try check("class-weights: [1, 2, 3.5]", { $0.classWeights = .given([1, 2, 3.5]) })
    try check("loss: huber\n  huber-delta: 2", { $0.loss = .huber(delta: 2) }, task: .regression)
    try check(
      "momentum: 0.5\n  nesterov: true\n  weight-decay: 0.1",
      { $0.optimizer = .sgd(momentum: 0.5, nesterov: true, weightDecay: 0.1) }, optimizer: "sgd")
    try check(
      "smoothing: 0.9\n  epsilon: 1e-6", { $0.optimizer = .rmsprop(smoothing: 0.9, epsilon: 1e-6) },
      optimizer: "rmsprop")
    try check(
      "beta1: 0.8\n  beta2: 0.9\n  epsilon: 1e-6\n  weight-decay: 0",
      { $0.optimizer = .adamw(beta1: 0.8, beta2: 0.9, epsilon: 1e-6, weightDecay: 0) }, optimizer: "adamw")
    try check("gradient-clip: 1.0", { $0.gradientClip = 1 })
    try check("gradient-clip: none", { _ in })
    try check(
      "schedule: step\n  step-every: 3\n  step-factor: 0.5", { $0.schedule = .step(every: 3, factor: 0.5) })
    try check("schedule: step", { $0.schedule = .step(every: 10, factor: 0.1) })
    try check("schedule: cosine", { $0.schedule = .cosine })
    try check("schedule: one-cycle\n  one-cycle-peak: 0.4", { $0.schedule = .oneCycle(peak: 0.4) })
    try check("warm-up: 0.1", { $0.warmUp = 0.1 })
    try check("warm-up: 5", { $0.warmUp = 5 })
    try check("patience: 3", { $0.patience = 3 })
    try check("augmentation: none", { _ in })
    try check(
      "augmentation: {shift: 1, flip: horizontal, noise: 0.05}",
      { $0.augmentation = Augmentation(shift: 1, flip: .horizontal, noise: 0.05) })
  }

  @Test func `every value may be a choice, and exists only where it has an effect`() throws {
    let space = try space(
      """
      loss: {choice: [cross-entropy, auto]}
        label-smoothing: {choice: [0, 0.1]}
        class-weights: {choice: [uniform, balanced, [1, 2, 3]]}
        momentum: {float: [0, 0.9], grid: 2}
        nesterov: {choice: [true, false]}
        smoothing: {float: [0.9, 0.99], grid: 2}
        weight-decay: {choice: [auto, {float: [1e-4, 1e-1], scale: log, grid: 2}]}
        gradient-clip: {choice: [none, 1]}
        schedule: {choice: [constant, step, one-cycle]}
        step-every: {int: [1, 2]}
        one-cycle-peak: {choice: [0.2, 0.3]}
        warm-up: {choice: [0, 0.1, 2]}
        patience: {choice: [none, 2]}
        augmentation: {shift: {int: [0, 2]}, flip: {choice: [none, both]}, noise: {float: [0, 1], grid: 2}}
      """, optimizer: "{choice: [sgd, rmsprop, adam]}")
    // loss (2 · 2 · 3) · optimizer (2 · 2 + 2 + 1) · decay (1 + 2) · clip 2 · schedule (1 + 2 + 2) · warm-up 3
    // · patience 2 · augmentation 3 · 2 · 2
    #expect(space.choices.gridSize == 12 * 7 * 3 * 2 * 5 * 3 * 2 * 12)
    #expect(space.choices.parameterNames.contains("augmentation.shift"))
    var stream = stream()
    for _ in 0..<300 {
      let assignment = space.choices.sample(using: &stream)
      let candidate = try space.candidate(for: assignment)
      if case .sgd = candidate.training.optimizer {
        #expect(assignment["momentum"] != nil)
      } else {
        #expect(assignment["momentum"] == nil && assignment["nesterov"] == nil)
      }
      #expect((assignment["step-every"] != nil) == (assignment["schedule"]?.text == "step"))
      try candidate.training.check()
    }
  }

  @Test func `classes stands for what the loss needs`() throws {
    func outputs(_ lines: String, _ task: LearningTask) throws -> [Layer] {
      try training(lines, task: task).architecture.layers
    }
    #expect(try outputs("", .classification(classes: 2)) == [.dense(units: 2)])
    #expect(try outputs("loss: binary-cross-entropy", .classification(classes: 2)) == [.dense(units: 1)])
    #expect(try outputs("", .regression) == [.dense(units: 1)])
    let space = try space(
      "loss: {choice: [cross-entropy, binary-cross-entropy]}", task: .classification(classes: 2))
    for index in 0..<2 {
      let candidate = try space.candidate(for: space.choices.gridAssignment(at: index))
      #expect(candidate.architecture.layers == [.dense(units: 2 - index)])
    }
  }

  @Test(arguments: [
    (
      "loss: huber",
      "s.yaml:10:9: loss: huber is not for a classification of 3 classes; known for it: auto, cross-entropy"
    ),
    (
      "loss: {choice: [auto, binary-cross-entropy]}",
      "s.yaml:10:25: loss: binary-cross-entropy is not for a classification of 3 classes; known for it: auto, "
        + "cross-entropy"
    ),
    ("class-weights: [1, 2]", "s.yaml:10:18: class-weights: expected 3 numbers, one a class, got 2"),
    (
      "augmentation: {shift: 1}",
      "s.yaml:10:25: shift: needs images, with samples of the shape [height, width] or [height, width, channels]; "
        + "these have [64]"
    ),
  ])
  func `what is not for the data is reported with its place`(_ lines: String, _ expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try space(lines, sampleShape: [64]) }
    #expect(error?.description == expected)
  }

  @Test(arguments: [
    (
      "loss: cross-entropy",
      "s.yaml:10:9: loss: cross-entropy is not for a regression; known for it: auto, "
        + "mean-squared-error, huber"
    ),
    ("label-smoothing: 0.1", "s.yaml:10:20: label-smoothing: a regression has no classes; leave it out"),
  ])
  func `what is not for a regression is reported with its place`(_ lines: String, _ expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try space(lines, task: .regression) }
    #expect(error?.description == expected)
  }

  @Test(arguments: [
    BadLine(
      13, "  loss: mse",
      "13:9: loss: unknown name 'mse'; known names: auto, cross-entropy, "
        + "binary-cross-entropy, mean-squared-error, huber"),
    BadLine(13, "  loss: huver", "13:9: loss: unknown name 'huver'; did you mean 'huber'?"),
    BadLine(
      13, "  label-smoothing: 1",
      "13:20: label-smoothing: expected 0 or a number from 1.2e-38 to 0.9999999, got 1"),
    BadLine(
      13, "  beta1: 0.99999999999999",
      "13:10: beta1: expected 0 or a number from 1.2e-38 to 0.9999999, got 0.99999999999999"),
    BadLine(
      13, "  beta2: 1e-50", "13:10: beta2: expected 0 or a number from 1.2e-38 to 0.9999999, got 1e-50"),
    BadLine(
      13, "  huber-delta: 1",
      "13:16: huber-delta: only huber takes it; leave it out or let the loss be huber"),
    BadLine(
      13, "  nesterov: true", "13:13: nesterov: only sgd takes it; leave it out or let the optimizer be sgd"),
    BadLine(
      13, "  step-every: 3", "13:15: step-every: only step takes it; leave it out or let the schedule be step"
    ),
    BadLine(
      13, "  class-weights: balancd", "13:18: class-weights: unknown name 'balancd'; did you mean 'balanced'?"
    ),
    BadLine(
      13, "  class-weights: [1, 0]",
      "13:22: class-weights: expected uniform, balanced or a list of a number from 1e-6 to 1e6 for each class, got 0"
    ),
    BadLine(
      13, "  weight-decay: -1",
      "13:17: weight-decay: expected auto, 0 or a number from 1.2e-38 to 1e6, got -1"),
    BadLine(
      13, "  weight-decay: 1e-60",
      "13:17: weight-decay: expected auto, 0 or a number from 1.2e-38 to 1e6, got 1e-60"),
    BadLine(
      13, "  gradient-clip: 0",
      "13:18: gradient-clip: expected none or a number above 0 in single precision, 1.2e-38 to 3.4e38, got 0"),
    BadLine(
      13, "  gradient-clip: 1e-40",
      "13:18: gradient-clip: expected none or a number above 0 in single precision, 1.2e-38 to 3.4e38, got 1e-40"
    ),
    BadLine(
      13, "  warm-up: 6", "13:12: warm-up: expected at most the 5 epochs of the training, got 6"),
    BadLine(
      13, "  warm-up: {choice: [7, {float: [5.5, 9]}]}",
      "13:12: warm-up: expected at most the 5 epochs of the training, got 5.5"),
    BadLine(
      13, "  augmentation: non",
      "13:17: augmentation: expected a mapping with the keys shift, flip, noise; got 'non'"),
    BadLine(13, "  gradient-clip: nnoe", "13:18: gradient-clip: unknown name 'nnoe'; did you mean 'none'?"),
    BadLine(
      13, "  warm-up: -1",
      "13:12: warm-up: expected a share of the training below 1, or a number of epochs from 1 on, got -1"),
    BadLine(13, "  patience: 0", "13:13: patience: expected a positive integer, got 0"),
    BadLine(13, "  patince: 3", "13:3: unknown key 'patince' in training; did you mean 'patience'?"),
    BadLine(
      13, "  augmentation: {flp: both}", "13:18: unknown key 'flp' in augmentation; did you mean 'flip'?"),
    BadLine(
      13, "  augmentation: {flip: sideways}",
      "13:24: flip: unknown name 'sideways'; known names: none, horizontal, vertical, both"),
    BadLine(
      13, "  augmentation: 3",
      "13:17: augmentation: expected a mapping with the keys shift, flip, noise; got 3"),
    BadLine(
      13, "  weight-decay: {int: [1, 2]}",
      "13:17: weight-decay: an int range cannot stand here; use float"),
  ])
  func `a wrong value is reported with its place`(_ bad: BadLine) {
    #expect(errorText(plainYAML(line: bad.line, bad.text)) == bad.expected)
  }

  @Test func `values of a boolean key must be true or false`() {
    let yaml = plainYAML(line: 9, "  optimizer: sgd") + "  nesterov: maybe\n"
    #expect(errorText(yaml) == "plain.yaml:13:13: nesterov: expected true or false, got 'maybe'")
  }

  @Test func `an objective that is not for the task is reported with its place`() throws {
    func error(_ objectives: String, _ task: LearningTask) throws -> String? {
      let configuration = try StudyConfiguration(
        yaml: plainYAML(line: 13, objectives), fileName: "plain.yaml")
      do {
        try configuration.checkObjectives(for: task)
        return nil
      } catch { return "\(error)" }
    }
    let regression = "objectives: [{maximize: r2}, {minimize: rmse}, {minimize: loss}]"
    #expect(try error(regression, .regression) == nil)
    #expect(try error("", .classification(classes: 2)) == nil)
    #expect(
      try error(regression, .classification(classes: 2))
        == "plain.yaml:13:25: objectives: r2 is not for a classification of 2 classes; known for it: accuracy, loss, "
        + "training-energy, inference-energy, life-cycle-energy, latency, parameters, flops")
    #expect(
      try error("objectives: [{minimize: flops}, {maximize: accuracy}]", .regression)
        == "plain.yaml:13:44: objectives: accuracy is not for a regression; known for it: loss, r2, rmse, "
        + "training-energy, inference-energy, life-cycle-energy, latency, parameters, flops")
  }

  @Test func `without objectives those of the task are taken`() throws {
    let silent = try StudyConfiguration(yaml: plainYAML(line: 13, ""), fileName: "plain.yaml")
    #expect(
      silent.withObjectives(for: .classification(classes: 3)).objectives == [.accuracy, .trainingEnergy])
    let regression = silent.withObjectives(for: .regression)
    #expect(regression.objectives == [.r2, .trainingEnergy])
    try regression.checkObjectives(for: .regression)
    #expect(regression.resolvedYAML.contains("objectives: [{maximize: r2}, {minimize: training-energy}]"))
    let written = try StudyConfiguration(
      yaml: plainYAML(line: 13, "objectives: [{minimize: rmse}]"), fileName: "plain.yaml")
    #expect(written.withObjectives(for: .regression).objectives == [.rmse])
  }

  @Test func `a warm-up that is too long for some candidates only makes these fail`() throws {
    let space = try space("warm-up: {choice: [2, 9]}")
    for (index, fits) in [true, false].enumerated() {
      let training = try space.candidate(for: space.choices.gridAssignment(at: index)).training
      #expect(((try? training.check()) != nil) == fits)
    }
    let long = try space.candidate(for: space.choices.gridAssignment(at: 1)).training
    let failure = #expect(throws: TrainingFailure.self) { try long.check() }
    #expect(failure?.description == "warm-up: expected at most the 5 epochs of the training, got 9.0")
  }
}
