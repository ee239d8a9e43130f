/// Where the meter gets its joules from: a counter of the machine, or a model.
///
/// A source is begun once, then closes one interval after the other. It keeps its own total, from the counter's
/// or the activity's sums and not from the shares that it gave out, so that the two can be held together.
public protocol EnergySource: AnyObject {
  /// The name in files and reports, such as `powercap`.
  var name: String { get }
  /// Where its totals come from.
  var provenance: EnergyProvenance { get }
  /// Whether it shares by how busy the whole machine was, which costs a read of `/proc/stat` each time.
  var needsMachineBusyTime: Bool { get }
  /// Starts anew: what happened before does not count.
  func begin() throws
  /// Reads the energy since the last interval that was closed, and shares it out.
  func close(_ activity: IntervalActivity) -> IntervalOutcome
  /// All the energy since the beginning, over a time in seconds.
  func total(duration: Double) -> EnergyReading
}
