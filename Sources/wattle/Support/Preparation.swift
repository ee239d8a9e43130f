import Dispatch
import SearchSpaces

/// The time before a search has begun: data are read, and candidates are looked for that keep the constraints.
///
/// Nothing is written then, so the first Ctrl-C ends the program. What takes long is told of.
struct Preparation {
  /// So many seconds pass in silence.
  private static let patience = 5.0

  private let notice: DispatchWorkItem

  /// Begins the preparation of a study.
  init(of configuration: StudyConfiguration) {
    let limits = configuration.constraints
    let isConstrained =
      limits.maxParameters != nil || limits.maxFlops != nil || limits.maxLatencySeconds != nil
      || limits.maxTrainingEnergy != nil
    let work =
      isConstrained
      ? "reading the data and looking for candidates that keep the constraints, of which there seem to be few"
      : "reading the data"
    notice = DispatchWorkItem { Terminal.complain("Preparing the search: \(work); Ctrl-C ends it.") }
    Interruption.endAtOnce(true)
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: notice)
  }

  /// Ends it; from now on Ctrl-C lets running trainings come to their end.
  func end() {
    notice.cancel()
    Interruption.endAtOnce(false)
  }
}
