import Datasets

/// The training hyperparameters of a space, with the names of those that are open.
struct NamedTraining: Sendable {
  private let scalars: [TrainingKey: NamedScalar]
  private let task: LearningTask

  init(_ template: TrainingTemplate, task: LearningTask) {
    self.task = task
    scalars = Dictionary(
      uniqueKeysWithValues: TrainingKey.allCases.map { key in
        (key, NameScope.scalar(template[key], name: key.rawValue))
      })
  }

  subscript(key: TrainingKey) -> NamedScalar { scalars[key] ?? .fixed(key.defaultValue ?? .integer(0)) }

  /// The open choices; what only one optimizer takes exists only under that one, and so for losses and schedules.
  var decisions: [DecisionTemplate] {
    TrainingKey.allCases.filter { $0.owner == nil }.flatMap { key in
      self[key].decisions { value in
        dependents(of: key, under: value).flatMap { self[$0].decisions() }
      }
    }
  }

  private func dependents(of key: TrainingKey, under value: ScalarValue) -> [TrainingKey] {
    var name = value.text
    if key == .loss { name = LossName(rawValue: name)?.resolved(for: task).rawValue ?? name }
    return TrainingKey.allCases.filter { $0.owner?.key == key && $0.owner?.values.contains(name) == true }
  }
}
