import EnergyMetering
import NeuralNetworks
import Training

/// Estimates of what cannot be counted before a candidate is trained: seconds and joules on the machine at hand.
///
/// Constraints ask them for every point that a strategy draws, so they should take microseconds, and give the same
/// answer each time. An energy model fitted to FLOPs and bytes is one; see
/// ``StudyConfiguration/searchSpace(sampleShape:task:estimates:checkingCandidatesWith:)``.
public protocol CandidateEstimates: Sendable {
  /// The seconds of one inference at batch 1.
  ///
  /// - Parameters:
  ///   - candidate: a candidate whose network can be built.
  ///   - costs: the FLOPs, bytes and parameters of its network.
  func latencySeconds(of candidate: Candidate, costs: ArchitectureCosts) -> Double

  /// The energy of the whole training.
  ///
  /// - Parameters:
  ///   - candidate: a candidate whose network can be built.
  ///   - costs: the FLOPs, bytes and parameters of its network.
  func trainingEnergy(of candidate: Candidate, costs: ArchitectureCosts) -> Energy
}
