import EnergyMetering
import Foundation

/// Fits an energy model to this machine: short engine workloads, one after the other, against a counter.
public struct EngineCalibration {
  /// A meter of a counter.
  public var meter: EnergyMeter
  /// The kernel set to ask for; nil leaves the choice to OpenBLAS.
  public var blasCore: String?
  /// The program that runs the workloads, which is this one.
  public var executable: String
  /// How long each workload is metered.
  public var secondsPerWorkload = Calibration.seconds

  /// A calibration.
  public init(meter: EnergyMeter, blasCore: String?, executable: String = "/proc/self/exe") {
    self.meter = meter
    self.blasCore = blasCore
    self.executable = executable
  }

  /// How many workloads there are.
  public static var workloadCount: Int { CalibrationCase.all.count }

  /// Runs the workloads and fits: about a second each.
  ///
  /// - Parameters:
  ///   - host: the machine.
  ///   - date: the moment, as it shall stand in the profile.
  ///   - shouldStop: asked several times a second, also while a workload does not answer.
  ///   - watch: hears of each workload that was measured.
  /// - Returns: the profile; nil if `shouldStop` said to stop.
  /// - Throws: `CalibrationError`, `WorkerUnusableError`, `SystemCallError`.
  public func fit(
    host: HostDescription, date: Date = Date(), programVersion: String,
    shouldStop: @escaping () -> Bool = { false }, watch: (CalibrationSample) -> Void = { _ in }
  ) throws -> EnergyProfile? {
    // A process that died is noticed when writing to it fails.
    signal(SIGPIPE, SIG_IGN)
    var samples: [CalibrationSample] = []
    var blasCoreInUse = ""
    do {
      for workload in CalibrationCase.all {
        let engine = try EngineWorkload(
          workload, blasCore: blasCore, executable: executable, shouldStop: shouldStop)
        blasCoreInUse = engine.blasCore
        let sample = try Calibration.sample(
          engine, seconds: secondsPerWorkload, meter: meter, own: { LocalExecutor.ownConsumption() })
        samples.append(sample)
        watch(sample)
      }
    } catch is EngineWorkload.Stopped {
      return nil
    }
    guard !shouldStop() else { return nil }
    return try EnergyProfile(
      samples: samples, host: host, source: meter.source.provenance, blasCore: blasCoreInUse,
      date: date.ISO8601Format(), programVersion: programVersion)
  }
}

extension EnergyProfileFolder {
  /// Makes the folder where it is missing, and makes sure that a profile can be written into it.
  ///
  /// - Throws: `RunFolderError.cannotWrite` or `RunFolderError.cannotCreate`.
  public func prepareToStore() throws {
    guard let path else { throw Self.homeless }
    try makeFolders(path)
    let draft = "\(path)/\(draftPrefix)\(UUID().uuidString)"
    try writeAtomically("", to: draft)
    unlink(draft)
  }

  /// The error where there is no place for profiles.
  static var homeless: RunFolderError {
    RunFolderError.cannotWrite(
      path: "the profile", reason: "neither $XDG_CONFIG_HOME nor $HOME is an absolute path; set one")
  }
}

extension EnergyProfile {
  /// Writes the profile into its place in one step; the folder is made where it is missing.
  ///
  /// - Returns: the path.
  /// - Throws: `RunFolderError.cannotWrite` or `RunFolderError.cannotCreate`.
  public func store(in folder: EnergyProfileFolder) throws -> String {
    guard let path = folder.path(of: self) else { throw EnergyProfileFolder.homeless }
    try makeFolders(parentFolder(of: path))
    try writeAtomically(try json(), to: path)
    return path
  }
}
