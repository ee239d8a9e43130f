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
