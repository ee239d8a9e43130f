/// What a processor says of itself in `/proc/cpuinfo`.
public struct ProcessorIdentity: Codable, Hashable, Sendable {
  /// `GenuineIntel`, `AuthenticAMD`, or empty.
  public var vendor: String
  /// CPUID family number, or -1.
  public var family: Int
  /// CPUID model number, or -1.
  public var model: Int
  /// CPUID stepping, or -1.
  public var stepping: Int
  /// The name for people.
  public var modelName: String
  /// What it can do, in alphabetical order.
  public var flags: [String]
  /// A hypervisor stands between the processor and this program.
  public var isVirtual: Bool
  /// Whether cores show more than one hardware thread; on a virtual machine this may be wrong.
  public var hasSiblings: Bool

  /// Reads the first processor of a `/proc/cpuinfo`.
  public init(cpuinfo: String) {
    var fields: [String: String] = [:]
    for line in cpuinfo.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty && !fields.isEmpty { break }
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      fields[key] = String(line[line.index(after: colon)...].drop { $0.isWhitespace })
    }
    func number(_ key: String) -> Int { fields[key].flatMap { Int($0) } ?? -1 }
    vendor = fields["vendor_id"] ?? ""
    family = number("cpu family")
    model = number("model")
    stepping = number("stepping")
    modelName = fields["model name"] ?? ""
    flags = (fields["flags"] ?? "").split(separator: " ").map(String.init).sorted()
    isVirtual = flags.contains("hypervisor")
    hasSiblings = number("siblings") > number("cpu cores")
  }
}
