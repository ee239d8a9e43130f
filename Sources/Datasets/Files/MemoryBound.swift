import Foundation

/// How large one piece of data may be: a third of the memory that is available.
///
/// A third, since the values stand in memory twice while a data set is split, beside the file that they are read
/// from. What is available is the kernel's `MemAvailable`, or what the control group or the limit of address space
/// (`ulimit -v`) leaves where that is less.
public enum MemoryBound {
  /// The bytes that a file or a data set's values may take; never less than 16 MiB.
  static var bytes: Int { max(alwaysAllowed, availableBytes / 3) }

  /// So little that it is not worth asking the kernel.
  private static let alwaysAllowed = 1 << 24

  /// Whether so many bytes may be held for a moment: half of the memory that is available, and 16 MiB always.
  public static func hasRoom(for needed: Int) -> Bool {
    needed <= alwaysAllowed || needed <= availableBytes / 2
  }

  /// Makes sure that a piece of so many bytes may be held.
  static func check(bytes needed: Int, name: String) throws(DatasetError) {
    guard needed > alwaysAllowed else { return }
    let limit = bytes
    guard needed <= limit else { throw .tooLarge(name: name, neededBytes: needed, limitBytes: limit) }
  }

  /// Makes sure that so many `Float` values may be held.
  ///
  /// - Returns: the product of the dimensions.
  static func checkedCount(_ dimensions: [Int], name: String) throws(DatasetError) -> Int {
    var count = 1
    for dimension in dimensions {
      let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
      guard !overflows else { throw .tooLarge(name: name, neededBytes: nil, limitBytes: bytes) }
      count = product
    }
    let (needed, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflows else { throw .tooLarge(name: name, neededBytes: nil, limitBytes: bytes) }
    try check(bytes: needed, name: name)
    return count
  }

  private static var availableBytes: Int {
    var available = Int.max
    if let text = text(of: "/proc/meminfo"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    {
      available = kibibytes * 1024
    }
    if let limit = number(in: "/sys/fs/cgroup/memory.max"),
      let used = number(in: "/sys/fs/cgroup/memory.current")
    {
      available = min(available, max(0, limit - used))
    }
    if let limits = text(of: "/proc/self/limits"),
      let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max address space") }),
      let most = line.split(separator: " ").dropFirst(3).first.flatMap({ Int($0) }),
      let pages = text(of: "/proc/self/statm")?.split(separator: " ").first.flatMap({ Int($0) })
    {
      available = min(available, max(0, most - pages * Int(getpagesize())))
    }
    return available
  }

  private static func number(in path: String) -> Int? {
    text(of: path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(of path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
