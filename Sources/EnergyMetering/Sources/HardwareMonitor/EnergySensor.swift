/// One energy sensor of a hardware monitoring driver.
struct EnergySensor {
  /// Such as `hwmon2`.
  let device: String
  /// The driver's name, such as `amd_energy`.
  let driver: String
  /// What the driver calls the sensor, such as `Esocket0`; its file's name if it has no label.
  let label: String
  let path: String

  /// Drivers of graphics processors, whose labels sound like those of processors.
  private static let graphicsDrivers: Set<String> = ["amdgpu", "i915", "nouveau", "radeon", "xe"]

  /// What the sensor covers; nil if it is not a processor's, or inside of what another one covers.
  var part: EnergyCounter.Part? {
    if Self.graphicsDrivers.contains(driver) { return nil }
    // `Esocket0` of amd_energy; `socket`, `package`, `pkg` or `cpu` with its number elsewhere. `Ecore000` is inside.
    let name = label.lowercased()
    if Self.hasNumber(name, after: ["esocket", "socket", "package", "pkg", "cpu"]) { return .package }
    return Self.hasNumber(name, after: ["dram", "memory"]) ? .memory : nil
  }

  /// The counter's name: `package-0` for socket 0, so that reports name the same thing the same way.
  var domain: String {
    let number = label.filter(\.isNumber)
    return (part == .memory ? "dram-" : "package-") + (number.isEmpty ? "0" : number)
  }

  /// Whether a label is one of the words, alone or with a number behind it.
  private static func hasNumber(_ label: String, after words: [String]) -> Bool {
    words.contains { word in
      guard label.hasPrefix(word) else { return false }
      return label.dropFirst(word.count).drop { " -_".contains($0) }.allSatisfy { $0.isASCII && $0.isNumber }
    }
  }

  /// All energy sensors beneath a folder, in the order of their numbers.
  static func all(in folder: String, files: any FileOpener) -> [EnergySensor] {
    var sensors: [EnergySensor] = []
    for device in numbered((try? files.entries(of: folder)) ?? [], prefix: "hwmon", suffix: "") {
      let place = "\(folder)/\(device)"
      let driver = (try? text("\(place)/name", files)) ?? device
      for file in numbered((try? files.entries(of: place)) ?? [], prefix: "energy", suffix: "_input") {
        let label = try? text("\(place)/\(file.dropLast("_input".count))_label", files)
        sensors.append(
          EnergySensor(device: device, driver: driver, label: label ?? file, path: "\(place)/\(file)"))
      }
    }
    return sensors
  }

  /// The names of the form prefix, number, suffix, by number.
  private static func numbered(_ names: [String], prefix: String, suffix: String) -> [String] {
    names.compactMap { name -> (Int, String)? in
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      return Int(name.dropFirst(prefix.count).dropLast(suffix.count)).map { ($0, name) }
    }
    .sorted { $0.0 < $1.0 }.map(\.1)
  }

  private static func text(_ path: String, _ files: any FileOpener) throws -> String {
    try files.contents(of: path).split(separator: "\n").first.map(String.init) ?? ""
  }
}
