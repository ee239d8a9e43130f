import EnergyMetering
import Foundation
import SearchSpaces
import Studies

/// Tells on standard error how a search goes: one line that is rewritten on a terminal, a line a trial elsewhere.
public final class SearchProgress {
  private let trialLimit: Int?
  private let budget: Energy?
  private let isTerminal: Bool
  private let label: String
  private let startTime: Date
  private let startCount: Int
  private let startJoules: Double
  private var ended: Int
  /// How many trainings of near-ties with other seeds have ended in this session.
  private var repeated = 0
  private var best: Double?
  private var measure: String
  private var joules = 0.0
  /// How many members of the front are to be measured, and how many were, once that began.
  private var front: (members: Int, measured: Int)?
  private var lastDrawn = Date.distantPast

  /// Progress of a search.
  ///
  /// - Parameters:
  ///   - endedTrials: trials of earlier sessions.
  ///   - label: set before each line, to tell one search of several from the next; may be empty.
  ///   - startTime: when this session began; the pace is counted from then.
  public init(
    trialLimit: Int?, budget: Energy?, endedTrials: [Trial], label: String = "",
    isTerminal: Bool = isatty(STDERR_FILENO) == 1, startTime: Date = Date()
  ) {
    self.startTime = startTime
    self.trialLimit = trialLimit
    self.budget = budget
    self.isTerminal = isTerminal
    self.label = label
    let proposals = endedTrials.filter(\.isProposal)
    startCount = proposals.count
    ended = proposals.count
    best = proposals.compactMap { Self.quality(of: $0)?.value }.max()
    measure = endedTrials.compactMap { Self.quality(of: $0)?.name }.first ?? QualityMeasure.accuracy.name
    startJoules = endedTrials.reduce(0) { $0 + ($1.spentEnergy?.energy.joules ?? 0) }
    joules = startJoules
  }

  /// Takes in what happened.
  public func note(_ event: Study.Event) {
    switch event {
    case .ended(let trial):
      if trial.isProposal { ended += 1 } else { repeated += 1 }
      joules += trial.spentEnergy?.energy.joules ?? 0
      // The best of several seeds would flatter its candidate.
      if trial.isProposal, let quality = Self.quality(of: trial) {
        best = max(best ?? quality.value, quality.value)
        measure = quality.name
      }
      if isTerminal { draw(force: false) } else { write(line(for: trial) + "\n") }
    case .measuringEarlier(let trials):
      write(
        "\(label)measuring what inferences take, of \(counted(trials, "trial")) that \(trials == 1 ? "lacks" : "lack") it\n"
      )
    case .measuringFront(let members):
      front = (members, 0)
      if isTerminal { draw(force: true) } else { write(frontLine + "\n") }
    case .measured:
      front?.measured += 1
      if isTerminal { draw(force: false) }
    case .goingOn(let trial, let epochs):
      if isTerminal { finish() }
      write("\(label)trial \(trial) goes on from its checkpoint after \(counted(epochs, "epoch"))\n")
    case .stopping(let running):
      if isTerminal { finish() }
      write(
        "\(label)stopping: \(counted(running, "training")) under way, to the next checkpoint or the end; "
          + "asked once more, it stops at once\n")
    case .started, .tick:
      if isTerminal { draw(force: false) }
    }
  }

  /// Clears the line on a terminal.
  public func finish() {
    if isTerminal { write("\r\u{1b}[K") }
  }

  /// The line of a finished trial, for logs.
  public func line(for trial: Trial) -> String {
    var parts = ["\(label)[\(position)] trial \(trial.number) \(trial.state.rawValue)"]
    if let quality = Self.quality(of: trial) {
      parts.append("\(quality.name) \(NumberText.fixed(quality.value, decimals: 4))")
    }
    if let original = trial.duplicateOf { parts.append("same as trial \(original)") }
    if trial.state == .pruned, let epochs = trial.outcome?.epochs {
      parts.append("paused after \(counted(epochs, "epoch"))")
    }
    if let former = trial.continues { parts.append("goes on from trial \(former)") }
    if let parent = trial.inherits { parts.append("with the weights of trial \(parent)") }
    if let first = trial.repeats { parts.append("another seed of trial \(first)") }
    if let energy = trial.energy, trial.state != .duplicate { parts.append(energy.formattedEstimate) }
    if !trial.faults.isEmpty { parts.append("after \(counted(trial.faults.count, "lost attempt"))") }
    if let failure = trial.failure { parts.append(failure.onOneLine(limit: .max)) }
    if let best { parts.append("best \(NumberText.fixed(best, decimals: 4))") }
    parts.append("CT \(Energy(joules: joules).formatted)")
    return parts.joined(separator: ", ").printable
  }

  /// The line that is rewritten on a terminal.
  public func statusLine(at now: Date) -> String {
    if let front { return frontLine + " · \(front.measured) done" }
    var parts = ["\(label)\(position) trials"]
    if repeated > 0 { parts.append(counted(repeated, "repeat") + " of near-ties") }
    if let best { parts.append("best \(measure) \(NumberText.fixed(best, decimals: 4))") }
    let spent = Energy(joules: joules)
    parts.append(
      "\(spent.formatted) = \(NumberText.significant(spent.kilowattHours)) kWh"
        + (budget.map { " of \($0.formatted)" } ?? ""))
    if let seconds = secondsLeft(at: now) {
      parts.append("about \(NumberText.duration(seconds: seconds)) left")
    }
    return parts.joined(separator: " · ")
  }

  private var frontLine: String {
    let members = front?.members ?? 0
    return
      "\(label)measuring what inferences take, of the front's \(members) \(members == 1 ? "member" : "members")"
  }

  /// How well a trial does on the validation part, and what that is called.
  private static func quality(of trial: Trial) -> (name: String, value: Double)? {
    for measure in [QualityMeasure.accuracy, .r2] {
      if let value = measure.validation(trial.outcome) { return (measure.name, value) }
    }
    return nil
  }

  private var position: String { trialLimit.map { "\(ended)/\($0)" } ?? "\(ended)" }

  /// The time that the rest takes at the pace so far; by trials or by budget, whichever ends first.
  private func secondsLeft(at now: Date) -> Double? {
    let elapsed = now.timeIntervalSince(startTime)
    let done = ended - startCount
    guard done > 0, elapsed > 0 else { return nil }
    let byTrials = trialLimit.map { Double(max(0, $0 - ended)) * elapsed / Double(done) }
    let byBudget = budget.flatMap { budget in
      joules > startJoules ? max(0, budget.joules - joules) * elapsed / (joules - startJoules) : nil
    }
    return [byTrials, byBudget].compactMap(\.self).min()
  }

  private func draw(force: Bool) {
    let now = Date()
    // The clock may have been set back.
    guard force || abs(now.timeIntervalSince(lastDrawn)) > 0.1 else { return }
    lastDrawn = now
    write("\r\u{1b}[K" + statusLine(at: now))
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
