/// No counter of energy works on this machine.
public struct NoCounterError: Error, Hashable, CustomStringConvertible {
  /// What was tried.
  public var sources: [EnergySourceReport.Source]
  /// What an administrator could do about it.
  public var access: [EnergyAccess]
  /// Whether a profile of another machine could serve this one.
  public var canUseProfiles: Bool

  /// What was tried, and what can be done.
  public init(sources: [EnergySourceReport.Source], access: [EnergyAccess], canUseProfiles: Bool = true) {
    self.sources = sources
    self.access = access
    self.canUseProfiles = canUseProfiles
  }

  /// One line: what was tried, why each was refused, what can be done.
  public var description: String {
    let tried = sources.map { "\($0.name) \($0.state.words) (\($0.detail))" }
    let remedies = access.map { "\($0.source): \($0.text)" }
    return "no energy counter works here: \(tried.joined(separator: "; ")); a battery is too coarse. "
      + (remedies.isEmpty
        ? canUseProfiles
          ? "Calibrate on a machine of the same processor family that has one, and copy its profile here"
          : "The hypervisor masks the processor's model number, so that no profile of another machine can serve here; "
            + "the power model's table of watts is used"
        : "An administrator can help (`wattle doctor` has the commands): "
          + remedies.joined(separator: "; or "))
  }
}

extension EnergySourceState {
  /// For people, such as `found, no permission`.
  public var words: String {
    switch self {
    case .usable: "usable"
    case .absent: "not found"
    case .denied: "found, no permission"
    case .refused: "found, refused"
    }
  }
}
