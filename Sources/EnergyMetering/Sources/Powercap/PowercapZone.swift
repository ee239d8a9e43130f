/// One of the kernel's RAPL energy counters, such as `intel-rapl:0` named `package-0`.
///
/// AMD's processors bear the same names.
struct PowercapZone {
  /// Where the kernel lists its zones.
  static let path = "/sys/class/powercap"

  /// Its numbers, which the kernel writes in hexadecimal: `intel-rapl:a:1` is `[10, 1]`.
  let numbers: [Int]
  let folder: String
  let name: String

  /// A zone that belongs to the machine's energy, and what it is called there.
  struct Summand {
    let zone: PowercapZone
    let domain: String
    let part: EnergyCounter.Part
  }

  /// The zones whose sum is the machine's energy.
  ///
  /// Packages and the dram beneath them; nothing that is inside a package already (core, uncore, the dies of a package
  /// that has a zone of its own), nor what counts it again (`intel-rapl-mmio`); psys only if there is no package.
  static func summable(among zones: [PowercapZone]) -> [Summand] {
    let top = zones.filter { $0.numbers.count == 1 }
    let names = Set(top.map(\.name))
    var seen: Set<String> = []
    let packages = top.filter { zone in
      zone.name.hasPrefix("package") && seen.insert(zone.name).inserted
        && !names.contains { zone.name.hasPrefix($0 + "-die") }
    }
    if packages.isEmpty {
      return top.filter { $0.name == "psys" }.prefix(1).map {
        Summand(zone: $0, domain: "psys", part: .package)
      }
    }
    return packages.flatMap { package in
      let memories = zones.filter {
        $0.name == "dram" && $0.numbers.count == 2 && $0.numbers.first == package.numbers.first
      }
      let suffix = package.name.dropFirst("package".count)
      return [Summand(zone: package, domain: package.name, part: .package)]
        + memories.prefix(1).map { Summand(zone: $0, domain: "dram\(suffix)", part: .memory) }
    }
  }

  /// All RAPL zones beneath a powercap folder, in the order of their numbers.
  ///
  /// Kernels show a zone's children inside its folder, or beside it, or both, and all of it once more beneath
  /// `intel-rapl`; each is taken once.
  static func all(in folder: String, files: any FileOpener) throws(FileAccessError) -> [PowercapZone] {
    var folders: [[Int]: String] = [:]
    try collect(in: folder, beneath: [], files: files, into: &folders)
    var zones: [PowercapZone] = []
    for (numbers, folder) in folders.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let name = try files.contents(of: "\(folder)/name")
      zones.append(PowercapZone(numbers: numbers, folder: folder, name: name.filter { !$0.isWhitespace }))
    }
    return zones
  }

  private static func collect(
    in folder: String, beneath parent: [Int], files: any FileOpener, into folders: inout [[Int]: String]
  ) throws(FileAccessError) {
    for entry in try files.entries(of: folder).sorted() {
      let path = "\(folder)/\(entry)"
      if entry == controlType && parent.isEmpty {
        try? collect(in: path, beneath: [], files: files, into: &folders)
      }
      guard let numbers = zoneNumbers(entry), numbers.starts(with: parent), numbers != parent else {
        continue
      }
      if folders[numbers] == nil { folders[numbers] = path }
      try? collect(in: path, beneath: numbers, files: files, into: &folders)
    }
  }

  private static let controlType = "intel-rapl"

  private static func zoneNumbers(_ entry: String) -> [Int]? {
    let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, parts[0] == controlType else { return nil }
    let numbers = parts.dropFirst().map { Int($0, radix: 16) ?? -1 }
    return numbers.contains { $0 < 0 } ? nil : numbers
  }
}
