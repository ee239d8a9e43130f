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

  /// Files in the folder of profiles that are damaged or cannot be read, with the reason; nil for none.
  public var problems: [String]?

  /// Looks for a profile that serves a processor.
  public init(
    for processor: ProcessorIdentity, in folder: EnergyProfileFolder = EnergyProfileFolder()
  ) {
    let contents = folder.contents(for: processor)
    let problems = (contents.damaged + contents.unreadable).map { "\($0)" }
    self.problems = problems.isEmpty ? nil : problems
    guard let (profile, path) = contents.profile else {
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
  }
}
