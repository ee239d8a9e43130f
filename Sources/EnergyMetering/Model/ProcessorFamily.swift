/// A row of the table of processor families: which processors belong to it and how many watts their cores take.
public struct ProcessorFamily: Hashable, Sendable {
  /// Such as `Sapphire Rapids`.
  public var name: String
  /// As in CPUID: `GenuineIntel` or `AuthenticAMD`.
  public var vendor: String
  /// CPUID family number.
  public var family: Int
  /// CPUID model numbers.
  public var models: ClosedRange<Int>
  /// Steppings, where families share a model number.
  public var steppings: ClosedRange<Int>
  /// What the processor's name must contain, where the model number does not suffice.
  public var brand: String?
  /// The part with the least thermal design power a core.
  public var lowest: ProcessorPart
  /// The part with the most.
  public var highest: ProcessorPart
  /// Watts a logical CPU of an idle server of this family, the mean of its SPECpower results; nil if unknown.
  public var idleWatts: Double?
  /// Where the parts' figures and the model number were seen.
  public var source: String

  /// Whether a processor that says these things of itself belongs to the family.
  public func contains(_ processor: ProcessorIdentity) -> Bool {
    vendor == processor.vendor && family == processor.family && models.contains(processor.model)
      && steppings.contains(processor.stepping)
      && (brand.map { processor.modelName.contains($0) } ?? true)
  }
}

/// A processor as its maker sells it.
public struct ProcessorPart: Hashable, Sendable {
  /// Such as `Xeon Platinum 8470N`.
  public var name: String
  /// Thermal design power in watts.
  public var thermalDesignPower: Double
  /// Cores.
  public var cores: Int
  /// Hardware threads a core.
  public var threadsPerCore: Int

  /// Thermal design power by core, in watts.
  public var wattsPerCore: Double { thermalDesignPower / Double(cores) }
  /// Thermal design power by hardware thread, in watts.
  public var wattsPerThread: Double { wattsPerCore / Double(threadsPerCore) }

  init(_ name: String, watts: Double, cores: Int, threadsPerCore: Int = 2) {
    self.name = name
    thermalDesignPower = watts
    self.cores = cores
    self.threadsPerCore = threadsPerCore
  }
}
