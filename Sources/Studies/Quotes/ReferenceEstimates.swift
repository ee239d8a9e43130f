import EnergyMetering
import NeuralNetworks
import SearchSpaces
import Training

/// Estimates for the constraints `max-latency` and `max-training-energy`: those of one reference core, the same on every
/// machine, so that a run opens and goes on anywhere with the points that it had.
///
/// The core is the one that ``CostModel/priorSeconds`` was measured on, at ``CostModel/usualWatts``. A training is
/// estimated as ``CostModel`` quotes it before it has seen any. An inference takes time for each layer, and either its
/// FLOPs or the reading of its weights, whichever is longer; weights that the core's second-level cache cannot hold are
/// read more slowly. On the networks of the engine's benchmark this is within 30 % of what was measured at batch 1.
struct ReferenceEstimates: CandidateEstimates {
  /// How many samples the data have.
  let parts: PartSizes

  private static let layerSeconds = 1.5e-7
  private static let flopsPerSecond = 100e9
  private static let cacheBytes = 1 << 20
  private static let cachedBytesPerSecond = 100e9
  private static let streamedBytesPerSecond = 35e9

  func latencySeconds(of candidate: Candidate, costs: ArchitectureCosts) -> Double {
    let weights = 4 * costs.parameters
    let rate = weights <= Self.cacheBytes ? Self.cachedBytesPerSecond : Self.streamedBytesPerSecond
    let layers = TrainingWorkload.layerCount(candidate.architecture.layers)
    return Double(layers) * Self.layerSeconds
      + max(Double(costs.forwardFlopsPerSample) / Self.flopsPerSecond, Double(weights) / rate)
  }

  func trainingEnergy(of candidate: Candidate, costs: ArchitectureCosts) -> Energy {
    let workload = TrainingWorkload(candidate, costs, parts)
    return Energy(joules: CostModel(watts: CostModel.usualWatts).quote(workload).joules)
  }
}
