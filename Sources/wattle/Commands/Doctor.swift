import ArgumentParser
import EnergyMetering
import Reports
import Studies

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What this machine can measure, and how fast its BLAS is.",
    discussion: """
      Looks at the processor, tries every energy source, and times a matrix product in a process that is set up as a \
      worker is. Takes about a second and changes nothing.

      Example:
        wattle doctor
      """)

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    try reportingFailures {
      let report = try DoctorReport.make(programVersion: Wattle.version)
      try Terminal.print(json ? jsonText(report) : report.text)
    }
  }
}
