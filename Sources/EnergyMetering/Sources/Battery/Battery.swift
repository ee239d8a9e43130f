/// A battery of the machine, as the kernel's files show it.
///
/// It says how full it is in microwatt-hours, or in microampere-hours with its voltage beside them, and mostly also
/// the power or the current that flows.
final class Battery {
  /// What a battery shows at a moment.
  struct State {
    /// How full it is, in its own unit: µWh or µAh.
    var level: UInt64
    /// Joules of one unit of the level at the present voltage.
    var joulesPerUnit: Double
    /// Watts that flow; nil if it does not say.
    var watts: Double?
    /// Such as `Discharging`.
    var status: String

    /// Joules that flowed out since an earlier state, at the mean voltage; negative if it was charged.
    func drop(since earlier: State) -> Double {
      (Double(earlier.level) - Double(level)) * (earlier.joulesPerUnit + joulesPerUnit) / 2
    }
  }

  /// Such as `BAT0`.
  let name: String
  let folder: String
  /// The smallest step of the level that is known: the greatest common divisor of all values that were seen.
  private(set) var step: UInt64

  private let levelName: String
  private let levelFile: any RereadableFile
  private let statusFile: any RereadableFile
  private let voltageFile: (any RereadableFile)?
  private let powerFile: (any RereadableFile)?
  private let currentFile: (any RereadableFile)?

  /// Joules of a microwatt-hour.
  private static let joulesPerMicrowattHour = 0.0036

  /// The machine's batteries, by name; those of mice and other devices are not the machine's.
  static func all(in folder: String, files: any FileOpener) throws(FileAccessError) -> [Battery] {
    var batteries: [Battery] = []
    for name in ((try? files.entries(of: folder)) ?? []).sorted() {
      let place = "\(folder)/\(name)"
      let type = ((try? files.contents(of: "\(place)/type")) ?? "").filter { !$0.isWhitespace }
      let scope = ((try? files.contents(of: "\(place)/scope")) ?? "").filter { !$0.isWhitespace }
      guard type == "Battery" || (type.isEmpty && name.hasPrefix("BAT")), scope != "Device" else { continue }
      batteries.append(try Battery(name: name, folder: place, files: files))
    }
    return batteries
  }

  init(name: String, folder: String, files: any FileOpener) throws(FileAccessError) {
    self.name = name
    self.folder = folder
    statusFile = try files.open("\(folder)/status")
    powerFile = try? files.open("\(folder)/power_now")
    currentFile = try? files.open("\(folder)/current_now")
    if let energy = try? files.open("\(folder)/energy_now") {
      levelName = "energy"
      levelFile = energy
      voltageFile = try? files.open("\(folder)/voltage_now")
    } else {
      levelName = "charge"
      levelFile = try files.open("\(folder)/charge_now")
      voltageFile = try files.open("\(folder)/voltage_now")
    }
    step = 0
    for ending in ["full", "full_design"] {
      let text = (try? files.contents(of: "\(folder)/\(levelName)_\(ending)")) ?? ""
      step = Self.commonDivisor(step, UInt64(text.filter { !$0.isWhitespace }) ?? 0)
    }
  }

  /// The file that shows how full it is, for messages.
  var levelPath: String { "\(folder)/\(levelName)_now" }
  /// The file that shows whether it is being discharged, for messages.
  var statusPath: String { "\(folder)/status" }

  /// What it shows now.
  func read() throws(FileAccessError) -> State {
    let level = try number(levelFile, "\(levelName)_now")
    step = Self.commonDivisor(step, level)
    let status = try statusFile.read { bytes in
      String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
    let volts = try voltageFile.map { file throws(FileAccessError) in
      Double(try number(file, "voltage_now")) * 1e-6
    }
    return State(
      level: level,
      joulesPerUnit: Self.joulesPerMicrowattHour * (levelName == "energy" ? 1 : volts ?? 0),
      watts: watts(volts: volts), status: status)
  }

  /// The power, or the current times the voltage; some drivers give them a sign.
  private func watts(volts: Double?) -> Double? {
    if let power = powerFile.flatMap(Self.magnitude) { return power * 1e-6 }
    guard let volts, let current = currentFile.flatMap(Self.magnitude) else { return nil }
    return current * 1e-6 * volts
  }

  private static func magnitude(_ file: any RereadableFile) -> Double? {
    let text = try? file.read { bytes in String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self) }
    return text.flatMap { Double($0) }.map(abs)
  }

  private func number(_ file: any RereadableFile, _ name: String) throws(FileAccessError) -> UInt64 {
    guard let value = try file.readNumber() else {
      throw .failed("\(folder)/\(name)", reason: "expected a whole number")
    }
    return value
  }

  private static func commonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var (first, second) = (first, second)
    while second > 0 { (first, second) = (second, first % second) }
    return first
  }
}
