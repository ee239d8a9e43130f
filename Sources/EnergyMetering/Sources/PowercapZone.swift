/// One of the kernel's RAPL energy counters, such as `intel-rapl:0` named `package-0`.
struct PowercapZone {
  /// Its numbers, which the kernel writes in hexadecimal: `intel-rapl:a:1` is `[10, 1]`.
  let numbers: [Int]
  let folder: String
  let name: String

  /// The zones whose sum is the machine's energy, and what each is called.
  ///
  /// Packages and the dram beneath them; nothing that is inside a package already (core, uncore), nor what
  /// counts it again (`intel-rapl-mmio`); psys only if there is no package.
  static func summable(among zones: [PowercapZone]) -> [(zone: PowercapZone, domain: String)] {
    let top = zones.filter { $0.numbers.count == 1 }
    var seen: Set<String> = []
    let packages = top.filter { $0.name.hasPrefix("package") && seen.insert($0.name).inserted }
    if packages.isEmpty { return top.filter { $0.name == "psys" }.prefix(1).map { ($0, "psys") } }
    return packages.flatMap { package in
      let memories = zones.filter {
        $0.name == "dram" && $0.numbers.count == 2 && $0.numbers.first == package.numbers.first
      }
      let suffix = package.name.dropFirst("package".count)
      return [(package, package.name)] + memories.prefix(1).map { ($0, "dram\(suffix)") }
    }
  }

  /// All RAPL zones beneath a powercap folder, in the order of their numbers.
  ///
  /// Kernels show a zone's children inside its folder, or beside it, or both; each is taken once.
  static func all(in folder: String, files: any FileOpener) throws(FileAccessError) -> [PowercapZone] {
    var folders: [[Int]: String] = [:]
    for entry in try files.entries(of: folder) {
      guard let numbers = zoneNumbers(entry) else { continue }
      folders[numbers] = "\(folder)/\(entry)"
      for child in (try? files.entries(of: "\(folder)/\(entry)")) ?? [] {
        guard let numbers = zoneNumbers(child), folders[numbers] == nil else { continue }
        folders[numbers] = "\(folder)/\(entry)/\(child)"
      }
    }
    var zones: [PowercapZone] = []
    for (numbers, folder) in folders.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let name = try files.contents(of: "\(folder)/name")
      zones.append(PowercapZone(numbers: numbers, folder: folder, name: name.filter { !$0.isWhitespace }))
    }
    return zones
  }

  private static func zoneNumbers(_ entry: String) -> [Int]? {
    let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, parts[0] == "intel-rapl" else { return nil }
    let numbers = parts.dropFirst().map { Int($0, radix: 16) ?? -1 }
    return numbers.contains { $0 < 0 } ? nil : numbers
  }
}

/// A zone's counter while it is being read.
struct PowercapCounter {
  let domain: String
  let file: any RereadableFile
  /// Microjoules at which the counter starts again from zero.
  let range: UInt64
  private var first: UInt64 = 0
  private var previous: UInt64 = 0
  private var wrapped: UInt64 = 0

  init(zone: PowercapZone, domain: String, files: any FileOpener) throws(FileAccessError) {
    self.domain = domain
    file = try files.open("\(zone.folder)/energy_uj")
    let path = "\(zone.folder)/max_energy_range_uj"
    let text = try files.contents(of: path)
    guard let range = UInt64(text.filter { !$0.isWhitespace }), range > 0 else {
      throw .failed(path, reason: "not a range in microjoules, so a wrap could not be told")
    }
    self.range = range
  }

  func read() throws(FileAccessError) -> UInt64 {
    guard let value = try file.readNumber() else {
      throw .failed(domain, reason: "the counter is not a number")
    }
    return value
  }

  mutating func begin(at value: UInt64) {
    first = value
    previous = value
    wrapped = 0
  }

  /// Follows the counter to a value, and gives the microjoules from the last one; a counter that went back has
  /// wrapped once.
  @discardableResult
  mutating func advance(to value: UInt64) -> UInt64 {
    let before = total
    // A counter that was seen above its range would otherwise make the total go back.
    if value < previous { wrapped += max(range, previous) }
    previous = value
    return total - before
  }

  /// Microjoules from the first value to the last, through all wraps.
  var total: UInt64 { wrapped + previous - first }
}
