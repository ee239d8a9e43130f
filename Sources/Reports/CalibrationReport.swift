import EnergyMetering

/// What `wattle calibrate` found.
public struct CalibrationReport: Encodable, Sendable {
  /// The fitted profile.
  public var profile: EnergyProfile
  /// Where it was stored; nil if it was not.
  public var path: String?

  /// A report.
  public init(profile: EnergyProfile, path: String?) {
    self.profile = profile
    self.path = path
  }

  /// The findings in words.
  public var text: String {
    let (model, quality, power) = (profile.model, profile.quality, profile.uncountedPower)
    func percent(_ part: Double) -> String { NumberText.significant(100 * part) + " %" }
    let source = "\(profile.source) (\(profile.domains.joined(separator: ", ")))"
    return """
      E = a0 · CPU seconds + a1 · FLOP + a2 · bytes, fitted to \(counted(profile.samples.count, "workload")) by \(source)
        a0              \(NumberText.significant(model.busyWatts)) W
        a1              \(NumberText.significant(model.joulesPerFlop * 1e12)) pJ/FLOP
        a2              \(NumberText.significant(model.joulesPerByte * 1e12)) pJ/byte
        residual        \(percent(quality.residual)), root mean square of the relative errors
        hold-out error  \(percent(quality.medianHoldOutError)) median, \(percent(quality.largestHoldOutError)) at most, \
      each workload predicted by a fit of the others
        other work      \(NumberText.significant(power.low))–\(NumberText.significant(power.high)) W/CPU, \
      where operations are not counted
        valid for       \(profile.family); fitted on \(profile.processor.modelName), \
      \(counted(profile.cores, "core")), OpenBLAS \(profile.blasCore)

      \(table)
      \(path.map { "Stored as \($0)" } ?? "Not stored.")\(maskedNote)

      """
  }

  /// What to know where the profile's own machine does not say what it is.
  private var maskedNote: String {
    EnergyProfile.canServe(profile.processor)
      ? ""
      : "\nnote: the model number of this processor is masked, so that the profile serves no machine; calibrate where it is not"
  }

  private var table: String {
    var table = TextTable([
      ("workload", .left), ("CPU s", .right), ("GFLOP", .right), ("GB", .right), ("measured J", .right),
      ("model J", .right), ("error", .right),
    ])
    for sample in profile.samples {
      let joules = profile.model.joules(cpuSeconds: sample.cpuSeconds, operations: sample.operations)
      table.append([
        sample.workload, NumberText.significant(sample.cpuSeconds),
        NumberText.significant(sample.operations.flops * 1e-9),
        NumberText.significant(sample.operations.bytes * 1e-9), NumberText.significant(sample.joules),
        NumberText.significant(joules),
        NumberText.fixed(100 * (joules - sample.joules) / sample.joules, decimals: 1) + " %",
      ])
    }
    return table.text
  }
}
