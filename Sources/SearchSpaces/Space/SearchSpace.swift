import Datasets
import NeuralNetworks
import Numerics
import Training

/// A template of an architecture and its training with open choices: the set of all candidates of a study.
///
/// ```swift
/// let space = try configuration.searchSpace(sampleShape: [64], classCount: 10)
/// let assignment = space.sample(using: &stream)
/// let candidate = try space.candidate(for: assignment)
/// ```
///
/// The names of parameters are the columns of `trials.csv`. A parameter of the architecture is named by its way
/// through the template: `repeat.times`, `repeat[1].dense.units`, `repeat[1].activation`, `residual.conv2d.filters`,
/// `branches[1].conv2d.kernel`. The second layer of a kind in
/// one list is `dense2`. Repetitions count from 1, unless `share: true` gives all of them one value:
/// `repeat.dense.units`. Parts of options come behind the name of their choice, counted through all its options:
/// `choice.dense.units`, `choice.dense2.units`; an open range that is an option of a value adds `.int`, `.float` or
/// `.choice`. What stands in a named block comes behind its name, each use counted: `stem.dense.units`,
/// `stem2.dense.units`, unless the uses share their values. Parameters of the training have the names of their keys.
public struct SearchSpace: Sendable {
  /// The open choices: what a strategy searches.
  public private(set) var choices: ParameterSpace
  /// The shape of one sample.
  public let sampleShape: [Int]
  /// What is to be learnt.
  public let task: LearningTask
  /// The number of classes; 1 for a regression.
  public var classCount: Int { task.outputCount }

  let layers: [SpaceElement]
  let training: NamedTraining
  let architecturePlace: ConfigurationPlace
  let check: @Sendable (Candidate) throws -> Void

  init(
    _ template: CandidateTemplate, sampleShape: [Int], task: LearningTask, restrictions: SpaceRestrictions,
    checkingCandidatesWith check: @escaping @Sendable (Candidate) throws -> Void
  ) throws {
    try template.training.check(for: task, sampleShape: sampleShape)
    for count in template.training.outputCounts(for: task).sorted() {
      try template.lastLayer.check(classCount: count)
    }
    self.sampleShape = sampleShape
    self.task = task
    self.check = check
    architecturePlace = template.architecture.place
    training = NamedTraining(template.training, task: task)
    let trainingDecisions = training.decisions
    layers = try SpaceWriter.elements(
      of: template.architecture.value, blocks: template.blocks,
      laterNames: trainingDecisions.compactMap { $0.parameter?.name })
    choices = try ParameterSpace(
      SpaceElement.decisions(of: layers) + trainingDecisions, place: architecturePlace,
      sampling: restrictions.sampling)
    if template.lastLayer.isOpen {
      try checkOutputs(place: template.architecture.value.last?.place ?? architecturePlace)
    }
    choices = try choices.restricted(by: rules(restrictions))
  }

  private func rules(_ restrictions: SpaceRestrictions) throws -> PointRules {
    let exclusions = try restrictions.exclusions.map { try Exclusion($0, in: choices) }
    var rules = PointRules()
    if !exclusions.isEmpty {
      rules.rules.append { point in exclusions.lazy.compactMap { $0.violation(of: point) }.first }
    }
    if !restrictions.limits.isEmpty {
      let limits = CandidateLimits(restrictions.limits, of: self)
      rules.rules.append { limits.violation(of: $0) }
    }
    return rules
  }
}

extension StudyConfiguration {
  /// The space that this configuration describes, for data of a given shape.
  ///
  /// - Parameters:
  ///   - sampleShape: the shape of one sample, such as `[64]`.
  ///   - classCount: what `classes` stands for.
  ///   - check: called with every candidate that the space makes, to refuse what the engine cannot build.
  /// - Throws: ``ConfigurationError`` when the last layer does not give one value a class.
  public func searchSpace(
    sampleShape: [Int], classCount: Int,
    checkingCandidatesWith check: @escaping @Sendable (Candidate) throws -> Void = { _ in }
  ) throws -> SearchSpace {
    try searchSpace(
      sampleShape: sampleShape, task: .classification(classes: classCount), checkingCandidatesWith: check)
  }

  /// The space that this configuration describes, for data of a given shape and task.
  ///
  /// - Parameters:
  ///   - sampleShape: the shape of one sample, such as `[64]`.
  ///   - task: what is to be learnt; `classes` stands for the outputs that it needs with a candidate's loss.
  ///   - estimates: what tells the latency and the energy of candidates, for the constraints on them.
  ///   - check: called with every candidate that the space makes, to refuse what the engine cannot build.
  /// - Throws: ``ConfigurationError`` when the last layer does not give the task's outputs, for a loss, class weights
  ///   or an augmentation that is not for such data, for conditions on what does not exist, and for constraints that no
  ///   candidate meets or that need estimates where there are none.
  public func searchSpace(
    sampleShape: [Int], task: LearningTask, estimates: (any CandidateEstimates)? = nil,
    checkingCandidatesWith check: @escaping @Sendable (Candidate) throws -> Void = { _ in }
  ) throws -> SearchSpace {
    let restrictions = SpaceRestrictions(
      sampling: search.sampling, exclusions: exclusions,
      limits: try constraints.limits(estimates) { location(of: "constraints.\($0)") })
    return try SearchSpace(
      template, sampleShape: sampleShape, task: task, restrictions: restrictions,
      checkingCandidatesWith: check)
  }

  /// The space that this configuration describes, for a data set.
  ///
  /// - Throws: ``ConfigurationError`` when the last layer does not give one value a class.
  public func searchSpace(
    for dataset: Dataset,
    checkingCandidatesWith check: @escaping @Sendable (Candidate) throws -> Void = { _ in }
  ) throws -> SearchSpace {
    try searchSpace(
      sampleShape: dataset.sampleShape, task: dataset.task, checkingCandidatesWith: check)
  }
}
