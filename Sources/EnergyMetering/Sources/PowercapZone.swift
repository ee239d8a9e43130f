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
