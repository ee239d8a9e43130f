import ArgumentParser
import EnergyMetering
import Reports
import Studies

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What this machine can measure, and how fast its BLAS is.",
    discussion: """
      Looks at the processor, tries every source of energy readings (powercap, perf, hwmon, battery, power-model), and \
      times a matrix product in a process that is set up as a worker is. Says of each source whether it is usable, not \
      found, not permitted or refused, and why; and how an administrator can permit it without making you root. Takes \
      some tenths of a second, where there are counters to test about half a second more, and changes nothing.

      Example:
        wattle doctor
      """)

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    try reportingFailures {
      let report = try DoctorReport.make(programVersion: Wattle.version)
      try Terminal.print(json ? jsonText(report) : report.text, isData: json)
    }
  }
}
