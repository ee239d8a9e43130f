import EnergyMetering
import Glibc

/// The processes that descend from this one, and what they use.
///
/// A process's CPU time never gets lost on its way: it is its own while it lives and while it waits to be
/// collected, and goes to the parent that collects it, with all that it had collected itself. So the sum over the
/// living, each with what it has collected, and over what this process has collected is all that was ever used, also
/// by processes that lived and died between two looks.
///
/// A look goes from parents to children. Time only wanders from children to parents, so that a look may miss what
/// moves just then, until the next look, but never counts it twice.
///
/// The one exception is a parent that does not want to know of its children's ends: the kernel collects them, and
/// nobody gets their time. It is noticed by what the parent did not get, and counted up to the last look.
final class ProcessTree {
  /// What the descendants use.
  struct Use {
    /// CPU seconds of the living, with all that they have collected.
    var cpuSeconds = 0.0
    /// Bytes of physical memory; what processes share is counted for each of them.
    var residentBytes = 0
    /// The living, without those that only wait to be collected.
    var living: [pid_t] = []
  }

  /// CPU seconds of processes that the kernel collected, as of the look before they ended.
  private(set) var uncollectedSeconds = 0.0

  private struct Entry {
    var parent: pid_t
    var startTick: UInt64
    var ownSeconds: Double
    var collectedSeconds: Double
  }

  /// What a process's `stat` file says.
  struct Status {
    var state: UInt8
    var parent: pid_t
    var collectedTicks: UInt64
    var threads: Int
    var startTick: UInt64
    var residentPages: Int
  }

  private let file = ProcessFile()
  private let own = getpid()
  private let secondsPerTick = 1 / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
  private let bytesPerPage = sysconf(Int32(_SC_PAGESIZE))
  /// Whether the kernel lists a thread's children; if not, all processes are asked for their parent.
  private let listsChildren = access("/proc/thread-self/children", R_OK) == 0
  /// Children that an earlier command left behind.
  private var strangers: Set<pid_t> = []
  private var last: [pid_t: Entry] = [:]

  /// The tree of what is yet to be started; descendants that live already, left behind by an earlier command, and
  /// what they start do not count.
  init() {
    strangers = Set(listsChildren ? children(of: own, threads: 2) : childrenOfEveryone()[own] ?? [])
  }

  /// Whether any descendant lives, or waits to be collected.
  func isEmpty(without witness: pid_t?) -> Bool {
    let all = listsChildren ? children(of: own, threads: 2) : childrenOfEveryone()[own] ?? []
    return all.allSatisfy { $0 == witness || strangers.contains($0) }
  }

  /// Notes that a child has been collected.
  ///
  /// - Returns: whether it belonged to the tree.
  func noteEnd(of child: pid_t) -> Bool { strangers.remove(child) == nil }

  /// Looks at all descendants.
  ///
  /// - Parameter witness: a child that belongs to this process.
  /// - Complexity: two small files a process.
  func look(without witness: pid_t?) -> Use {
    var use = Use()
    var found: [pid_t: Entry] = [:]
    let everyone = listsChildren ? nil : childrenOfEveryone()
    func visit(_ parent: pid_t, threads: Int) {
      for child in everyone.map({ $0[parent] ?? [] }) ?? children(of: parent, threads: threads) {
        guard child != witness, !strangers.contains(child), found[child] == nil,
          let status = status(of: child)
        else { continue }
        let seconds = (try? ProcessClock(processIdentifier: child).cpuSeconds()) ?? 0
        let collected = Double(status.collectedTicks) * secondsPerTick
        found[child] = Entry(
          parent: parent, startTick: status.startTick, ownSeconds: seconds, collectedSeconds: collected)
        use.cpuSeconds += seconds + collected
        use.residentBytes += status.residentPages * bytesPerPage
        if status.state != UInt8(ascii: "Z") { use.living.append(child) }
        visit(child, threads: status.threads)
      }
    }
    visit(own, threads: 2)
    countUncollected(among: found)
    last = found
    return use
  }

  /// Compares what parents got since the last look with what their vanished children had.
  private func countUncollected(among found: [pid_t: Entry]) {
    var vanished: [pid_t: Double] = [:]
    for (process, entry) in last where found[process]?.startTick != entry.startTick {
      guard entry.parent != own else { continue }
      vanished[entry.parent, default: 0] += entry.ownSeconds + entry.collectedSeconds
    }
    for (parent, seconds) in vanished {
      guard let before = last[parent], let now = found[parent], now.startTick == before.startTick,
        // Read again: what the parent collected since it was visited counts as well.
        let status = status(of: parent), status.startTick == now.startTick
      else { continue }
      let missing = seconds - (Double(status.collectedTicks) * secondsPerTick - before.collectedSeconds)
      // The collected times are in whole ticks, user and system apart.
      if missing > 2 * secondsPerTick { uncollectedSeconds += missing }
    }
  }

  private func children(of parent: pid_t, threads: Int) -> [pid_t] {
    if threads == 1 { return file.numbers("/proc/\(parent)/task/\(parent)/children") }
    guard let names = try? SystemFiles().entries(of: "/proc/\(parent)/task") else { return [] }
    return names.flatMap { file.numbers("/proc/\(parent)/task/\($0)/children") }
  }

  private func childrenOfEveryone() -> [pid_t: [pid_t]] {
    var children: [pid_t: [pid_t]] = [:]
    for name in (try? SystemFiles().entries(of: "/proc")) ?? [] {
      guard let process = pid_t(name), let status = status(of: process) else { continue }
      children[status.parent, default: []].append(process)
    }
    return children
  }

  private func status(of process: pid_t) -> Status? {
    file.read("/proc/\(process)/stat") { Status($0) } ?? nil
  }
}

extension ProcessTree.Status {
  /// Reads `PID (NAME) STATE PARENT …`; see proc(5).
  init?(_ text: ArraySlice<UInt8>) {
    // A name may hold anything, also brackets: the fields begin after the last one.
    guard let bracket = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[(bracket + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    // The third field of the manual is the first here.
    guard fields.count > 21, let state = fields[0].first, let parent = pid_t(digits: fields[1]),
      let user = UInt64(digits: fields[13]), let system = UInt64(digits: fields[14]),
      let threads = Int(digits: fields[17]), let start = UInt64(digits: fields[19]),
      let pages = Int(digits: fields[21])
    else { return nil }
    self.init(
      state: state, parent: parent, collectedTicks: user + system, threads: threads, startTick: start,
      residentPages: pages)
  }
}
