/// What a counter's energy is shared out by.
///
/// CPU time is fair among programs that draw the same watts. A fitted model (``EnergyProfile``) also knows that a second
/// of matrix products draws more than a second of waiting for memory: each process then weighs as much as the model says
/// that its work takes.
enum SharingKey: Sendable {
  /// CPU seconds.
  case cpuTime
  /// Joules by a fitted model.
  case profile(EnergyProfile)

  /// How much a process weighs; zero or more.
  func weight(of use: ConsumerUse) -> Double {
    switch self {
    case .cpuTime: use.cpuSeconds
    case .profile(let profile):
      profile.model.joules(cpuSeconds: use.countedSeconds, operations: use.operations)
        + weight(ofUncountedSeconds: max(0, use.cpuSeconds - use.countedSeconds))
    }
  }

  /// How much CPU time weighs of which nothing else is known.
  func weight(ofUncountedSeconds seconds: Double) -> Double {
    switch self {
    case .cpuTime: seconds
    case .profile(let profile): profile.uncountedPower.central * seconds
    }
  }

  /// The bounds of a process's part of a sum, where it weighs so much and the others so much together.
  ///
  /// The model's largest hold-out error e bounds each weight w from w / (1 + e) to w / (1 − e). The part is least where
  /// this process weighs the least that it can and all others the most. Shares by CPU time are taken as they are.
  func bounds(of weight: Double, among others: Double) -> (low: Double, part: Double, high: Double) {
    guard weight > 0 else { return (0, 0, 0) }
    let part = weight / (weight + others)
    guard case .profile(let profile) = self else { return (part, part, part) }
    let error = profile.quality.largestHoldOutError
    let (least, most) = (1 / (1 + error), 1 / (1 - error))
    return (
      weight * least / (weight * least + others * most), part,
      weight * most / (weight * most + others * least)
    )
  }

  /// For people: `CPU time`, or the model and its hold-out error.
  var text: String {
    switch self {
    case .cpuTime: "CPU time"
    case .profile(let profile): "the fitted model, hold-out error \(profile.quality.text)"
    }
  }
}
