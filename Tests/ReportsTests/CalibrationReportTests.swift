import EnergyMetering
import Foundation
import Reports
import Testing

@Suite("The report of a calibration")
struct CalibrationReportTests {
  /// 10 W of CPU time and nothing else: 5, 10, 15 and 20 J.
  private func profile() throws -> EnergyProfile {
    var host = HostDescription()
    host.processor = ProcessorIdentity(
      cpuinfo: """
        vendor_id\t: AuthenticAMD
        cpu family\t: 25
        model\t\t: 1
        model name\t: AMD EPYC 7713
        stepping\t: 1
        """)
    host.physicalCores = 64
    let samples = (1...4).map {
      CalibrationSample(
        workload: "load-\($0)", cpuSeconds: 0.5 * Double($0),
        operations: OperationCount(flops: 2e9, bytes: 3e9), joules: 5 * Double($0))
    }
    return try EnergyProfile(
      samples: samples, host: host,
      source: EnergyProvenance(source: "hwmon", domains: ["package-0"], tier: .measured, detail: ""),
      blasCore: "Zen", date: "2026-01-31T12:00:00Z", programVersion: "0.1.0")
  }

  @Test("has the coefficients with their units, the errors, what it is for and each workload")
  func text() throws {
    let lines = CalibrationReport(profile: try profile(), path: "/x/y.json").text
      .split(separator: "\n").map(String.init)
    #expect(
      lines.first
        == "E = a0 · CPU seconds + a1 · FLOP + a2 · bytes, fitted to 4 workloads by hwmon (package-0)")
    for line in [
      "  a0              10.0 W", "  a1              0 pJ/FLOP", "  a2              0 pJ/byte",
      "  valid for       EPYC Milan; fitted on AMD EPYC 7713, 64 cores, OpenBLAS Zen", "Stored as /x/y.json",
    ] {
      #expect(lines.contains(line), "\(lines)")
    }
    let row = try #require(lines.first { $0.contains("load-3") })
    #expect(row.split(separator: " ").prefix(6) == ["load-3", "1.50", "2.00", "3.00", "15.0", "15.0"])
    #expect(CalibrationReport(profile: try profile(), path: nil).text.hasSuffix("\nNot stored.\n"))
  }

  @Test("has a line in the doctor's report: the profile with its hold-out error, or why there is none")
  func doctor() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let profile = try profile()
    func lines() -> [String] {
      let stored = StoredProfile(for: profile.processor, in: EnergyProfileFolder(path: folder.path))
      return DoctorReport.lines(
        of: EnergySourceReport(chosen: "power-model", sources: []), profile: stored, access: [])
    }
    #expect(
      lines()[0]
        == "  profile      none for this processor; `wattle calibrate` fits one where a counter works")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("a.json")
    try Data(profile.json().utf8).write(to: file)
    #expect(lines()[0].contains("\(file.path): fitted on AMD EPYC 7713 by hwmon, hold-out error "))
    try Data("{".utf8).write(to: file)
    // What is damaged is listed, whatever else there is.
    try Data(profile.json().utf8).write(to: folder.appendingPathComponent("b.json"))
    #expect(mkfifo(folder.appendingPathComponent("c.json").path, 0o600) == 0)
    #expect(lines()[0].contains("b.json: fitted on"))
    #expect(lines()[1].contains("a.json: damaged energy profile: no valid JSON"))
    #expect(lines()[2].contains("c.json: the energy profile cannot be read: not a regular file"))
  }
}
