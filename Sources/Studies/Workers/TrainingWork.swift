import Datasets
import EnergyMetering
import NeuralNetworks
import Training

/// What a training computes, counted from its architecture and its data (`ArchitectureCosts`, without the optimiser).
struct TrainingWork {
  private let epoch: OperationCount
  private let evaluations: OperationCount

  /// The work of a candidate on prepared data.
  init(_ candidate: Candidate, on data: PreparedData) throws(ArchitectureError) {
    let costs = try candidate.architecture.costs()
    let validation = costs.forward * Double(data.validation.count)
    let validatesEachEpoch = candidate.training.patience != nil
    epoch = costs.training * Double(data.training.count) + (validatesEachEpoch ? validation : .zero)
    evaluations =
      costs.forward * Double(data.test.count) + (validatesEachEpoch ? .zero : validation)
  }

  /// What was computed after a number of epochs.
  func after(epochs: Int) -> OperationCount { epoch * Double(epochs) }

  /// What a whole training of a number of epochs computes, with the evaluations at its end.
  func whole(epochs: Int) -> OperationCount { after(epochs: epochs) + evaluations }
}
