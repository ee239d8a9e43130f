/// What a single trial may take, and what becomes of it when its worker fails.
public struct TrialLimits: Hashable, Sendable {
  /// How often a trial is started again whose worker crashed, hung or wrote nonsense. A training that fails by itself, such as
  /// one that diverges or exceeds a limit, would do so again and is not repeated.
  public var retries: Int
  /// The most seconds that the training of a trial may last; nil for no limit.
  public var seconds: Double?
  /// The most bytes that a worker may have in memory; nil for those of the machine.
  public var memoryBytes: Int?
  /// A checkpoint of a training is written at the end of the first epoch after so many seconds, again and again.
  public var checkpointSeconds: Double

  /// Limits.
  public init(
    retries: Int = 1, seconds: Double? = nil, memoryBytes: Int? = nil, checkpointSeconds: Double = 60
  ) {
    self.retries = retries
    self.seconds = seconds
    self.memoryBytes = memoryBytes
    self.checkpointSeconds = checkpointSeconds
  }

  /// The keys in the section `execution`.
  static let keys = ["retries", "time-limit", "memory-limit", "checkpoint-interval"]

  /// Reads the keys from the section.
  init(_ reader: MappingReader) throws {
    self.init()
    if let node = reader.optional("retries") { retries = try node.integer("retries", in: 0...100) }
    seconds = try reader.optional("time-limit").flatMap { node in
      if case .text("none") = node.scalar { return nil }
      return try Self.readSeconds(
        node, key: "time-limit", expected: "none or a time such as 90 s, 10 min or 6 h")
    }
    memoryBytes = try reader.optional("memory-limit").flatMap(Self.readBytes)
    if let node = reader.optional("checkpoint-interval") {
      checkpointSeconds = try Self.readSeconds(
        node, key: "checkpoint-interval", expected: "a time such as 30 s or 10 min")
    }
  }

  private static func readSeconds(_ node: ConfigurationNode, key: String, expected: String) throws -> Double {
    if case .scalar(let text, _) = node.content, let seconds = UnitText.seconds(in: text) { return seconds }
    throw node.error("\(key): expected \(expected), got \(node.summary)")
  }

  private static func readBytes(_ node: ConfigurationNode) throws -> Int? {
    if case .text("auto") = node.scalar { return nil }
    if case .scalar(let text, _) = node.content, let bytes = UnitText.bytes(in: text), bytes >= 1 << 20 {
      return bytes
    }
    throw node.error(
      "memory-limit: expected auto or an amount of at least 1 MiB such as 500 MiB or 2 GiB, got \(node.summary)"
    )
  }

  /// The keys with their values, as they are read again.
  var resolved: [(String, ResolvedNode)] {
    [
      ("retries", .plain(String(retries))),
      ("time-limit", .text(seconds.map(UnitText.seconds) ?? "none")),
      ("memory-limit", .text(memoryBytes.map { "\($0) B" } ?? "auto")),
      ("checkpoint-interval", .text(UnitText.seconds(checkpointSeconds))),
    ]
  }
}

/// Amounts of time and memory, written as a number and a unit.
public enum UnitText {
  private static let timeUnits = [("min", 60.0), ("h", 3600), ("d", 86_400), ("s", 1)]
  private static let memoryUnits: [(String, Double)] = [
    ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776), ("kB", 1e3),
    ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
  ]

  /// The seconds of a text such as `90 s`, `10min` or `1.5 d`: at least a thousandth and under 1e9; nil for any other text.
  public static func seconds(in text: String) -> Double? {
    amount(text, timeUnits).flatMap { $0 >= 1e-3 && $0 < 1e9 ? $0 : nil }
  }

  /// The bytes of a text such as `2 GiB` or `500MB`: at least 1 and under 2⁵⁰; nil for any other text.
  public static func bytes(in text: String) -> Int? {
    amount(text, memoryUnits).flatMap { $0 >= 1 && $0 < 0x1p50 ? Int($0) : nil }
  }

  /// Seconds as a text that is read as the same number.
  public static func seconds(_ seconds: Double) -> String {
    let whole = Int(exactly: seconds).map(String.init)
    return "\(whole ?? String(seconds)) s"
  }

  /// Bytes for people, such as `1.5 GiB`.
  public static func bytes(_ bytes: Int) -> String {
    let unit = memoryUnits.prefix(4).last { Double(bytes) >= $0.1 } ?? ("B", 1)
    let tenths = (Double(bytes) / unit.1 * 10).rounded() / 10
    return "\(Int(exactly: tenths).map(String.init) ?? String(tenths)) \(unit.0)"
  }

  private static func amount(_ text: String, _ units: [(String, Double)]) -> Double? {
    for (unit, size) in units where text.hasSuffix(unit) {
      let number = text.dropLast(unit.count).filter { $0 != " " }
      if let amount = Double(number), amount > 0, (amount * size).isFinite { return amount * size }
    }
    return nil
  }
}
