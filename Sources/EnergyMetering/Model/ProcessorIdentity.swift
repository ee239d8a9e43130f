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

/// Which families a processor may belong to, and how that was found.
public struct ProcessorRecognition: Hashable, Sendable {
  /// The possible families; all of the table if nothing is known.
  public var families: [ProcessorFamily]
  /// In few words, such as `Sapphire Rapids`.
  public var name: String
  /// How it was found, such as `Sapphire Rapids` or why the model number is not believed.
  public var detail: String
  /// Whether the model number was believed.
  public var isByModelNumber: Bool

  /// Recognises a processor by its model number, unless it can do what that model cannot.
  public init(_ processor: ProcessorIdentity) {
    let byNumber = ProcessorFamilies.all.first { $0.contains(processor) }
    let abilities = Set(processor.flags)
    for (flags, names) in ProcessorFamilies.abilities where flags.isSubset(of: abilities) {
      if let byNumber, names.contains(byNumber.name) { break }
      families = ProcessorFamilies.all.filter { names.contains($0.name) }
      let claim = "family \(processor.family) model \(processor.model)"
      detail =
        names.joined(separator: " or ") + " or later: \(flags.sorted().joined(separator: " and ")) "
        + "contradict the model number (\(byNumber.map { "\($0.name), " } ?? "")\(claim)), which is masked"
      name = "\(names.first ?? "") or later (model number masked)"
      isByModelNumber = false
      return
    }
    if let byNumber {
      families = [byNumber]
      name = byNumber.name
      detail = byNumber.name
      isByModelNumber = true
    } else {
      families = ProcessorFamilies.all
      name = "unknown processor"
      detail =
        "unknown processor \(processor.modelName), so the band spans all \(families.count) known families"
      isByModelNumber = false
    }
  }
}
