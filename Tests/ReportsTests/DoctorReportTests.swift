import EnergyMetering
import Reports
import Testing

@Suite("The doctor's report")
struct DoctorReportTests {
  @Test("says of each source how it stands and why, and lists the ways to get at it")
  func lines() {
    let energy = EnergySourceReport(
      chosen: "power-model",
      sources: [
        .init(name: "powercap", state: .denied, detail: "energy_uj may not be read"),
        .init(name: "perf", state: .refused, detail: "package-0 stays flat under load"),
        .init(name: "hwmon", state: .absent, detail: "no driver has energy sensors"),
        .init(name: "power-model", state: .usable, detail: "2.9–24.4 W/core"),
      ])
    let access = EnergyAccess(source: "powercap", text: "a udev rule", commands: ["sudo one", "sudo two"])
    #expect(
      DoctorReport.lines(of: energy, access: [access]) == [
        "  powercap     found, no permission: energy_uj may not be read",
        "  perf         found, refused: package-0 stays flat under load",
        "  hwmon        not found: no driver has energy sensors",
        "  power-model  usable: 2.9–24.4 W/core",
        "",
        "Access without being root, for an administrator (one of these is enough)",
        "  powercap     a udev rule",
        "                 sudo one",
        "                 sudo two",
      ])
    #expect(DoctorReport.lines(of: energy, access: []).count == 4)
  }
}
