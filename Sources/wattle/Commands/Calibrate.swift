import ArgumentParser
import EnergyMetering
import Reports
import Studies

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit an energy model to this processor, for machines without a counter.",
    discussion: """
      Trains and runs small networks for about a quarter of a minute against the machine's counter of energy, and fits \
      E = a0 · CPU seconds + a1 · FLOP + a2 · bytes with coefficients of zero or more. Prints the coefficients, the \
      residual and the hold-out error, and stores them as a profile in $XDG_CONFIG_HOME/wattle/profiles (by default in \
      ~/.config). Where no counter works, the power model uses a stored profile of the same processor family in place \
      of its table of watts; copy the file to such machines. One whose hypervisor masks the processor's model number can \
      use none, since nobody knows its family.

      Leave the machine alone meanwhile. Exit code 69 where no counter works.

      Examples:
        wattle calibrate
        wattle calibrate --dry-run --json
      """)

  @Flag(help: "Print the result and store nothing.")
  var dryRun = false

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    try reportingFailures {
      let host = HostDescription()
      let plan = WorkerPlan(workers: .count(1), blasCore: nil, host: host)
      let (meter, _) = try EnergyMeter.chooseCounter()
      let folder = EnergyProfileFolder()
      // Found out before the work: afterwards its result would be lost.
      if !dryRun { try folder.prepareToStore() }
      Interruption.watch()
      var count = 0
      let fitted = try EngineCalibration(meter: meter, blasCore: plan.blasCore).fit(
        host: host, programVersion: Wattle.version, shouldStop: { Interruption.isRequested }
      ) { sample in
        count += 1
        Terminal.complain("[\(count)/\(EngineCalibration.workloadCount)] \(sample.workload)")
      }
      guard let profile = fitted else {
        throw Interruption.exitCode
      }
      let stored = Result { dryRun ? nil : try profile.store(in: folder) }
      let report = CalibrationReport(profile: profile, path: try? stored.get())
      try Terminal.print(json ? jsonText(report) : report.text, isData: json)
      _ = try stored.get()
    }
  }
}
