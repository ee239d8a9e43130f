import Datasets
import EnergyMetering
import NeuralNetworks
import Training

/// What the parts of a training compute, counted from its architecture and its data (`ArchitectureCosts`, without the
/// optimiser).
struct TrainingWork {
  /// A sample in a step.
  let sample: OperationCount
  /// What follows each epoch: the evaluation of the validation part where training may stop early.
  let afterEpoch: OperationCount
  /// What follows the last epoch.
  let afterTraining: OperationCount

  /// The work of a candidate on prepared data.
  init(_ candidate: Candidate, on data: PreparedData) throws(ArchitectureError) {
    let costs = try candidate.architecture.costs()
    let validation = costs.forward * Double(data.validation.count)
    let validatesEachEpoch = candidate.training.patience != nil
    sample = costs.training
    afterEpoch = validatesEachEpoch ? validation : .zero
    afterTraining = costs.forward * Double(data.test.count) + (validatesEachEpoch ? .zero : validation)
  }
}
