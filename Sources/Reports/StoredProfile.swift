import EnergyMetering

/// Which profile of a calibration would be used on a machine without a counter.
public struct StoredProfile: Codable, Hashable, Sendable {
  /// The profile's file; nil if there is none.
  public var path: String?
  /// What it was fitted on, against and when, its hold-out errors, or why there is none.
  public var detail: String
  /// The median relative error over workloads that were not fitted.
  public var medianHoldOutError: Double?
  /// The largest.
  public var largestHoldOutError: Double?

  /// Looks for a profile that serves a processor; a damaged one is told in `detail`.
  public init(
    for processor: ProcessorIdentity, in folder: EnergyProfileFolder = EnergyProfileFolder()
  ) {
    do {
      guard let (profile, path) = try folder.profile(for: processor) else {
        detail =
          EnergyProfile.canServe(processor)
          ? "none for this processor; `wattle calibrate` fits one where a counter works"
          : "none can be used: the processor's model number is masked, so that nobody knows which family's would fit"
        return
      }
      self.path = path
      detail = "\(path): \(profile.detail), \(profile.date); for the power model"
      medianHoldOutError = profile.quality.medianHoldOutError
      largestHoldOutError = profile.quality.largestHoldOutError
    } catch {
      detail = "\(error)"
    }
  }
}
