/// Which source a study wants.
public enum EnergySourceChoice: String, Codable, CaseIterable, Sendable {
  /// The most trustworthy that works here.
  case auto
  /// The processor's counters through powercap, or nothing.
  case powercap
  /// The processor's counters through perf events, or nothing.
  case perf
  /// The energy sensors of hardware monitoring drivers, or nothing.
  case hwmon
  /// The machine's batteries, or nothing.
  case battery
  /// The model, even where a counter works.
  case powerModel = "power-model"

  /// The sources themselves, the most trustworthy first.
  static let sources: [EnergySourceChoice] = [.powercap, .perf, .hwmon, .battery, .powerModel]

  /// The choice of a name; `model` is short for `power-model`.
  public init?(rawValue: String) {
    let name = rawValue == "model" ? Self.powerModel.rawValue : rawValue
    guard let choice = Self.allCases.first(where: { $0.rawValue == name }) else { return nil }
    self = choice
  }
}
