import EnergyMetering
import Foundation
import Testing

@Suite("Advice on access to counters")
struct EnergyAccessTests {
  private static let unit = "sys/bus/event_source/devices/power/"

  private func addPowercap(_ machine: FakeMachine) throws {
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
  }

  private func addPerf(_ machine: FakeMachine, paranoid: Int) throws {
    try machine.write(Self.unit + "type", "9\n")
    try machine.write(Self.unit + "cpumask", "0\n")
    try machine.write(Self.unit + "events/energy-pkg", "event=0x02\n")
    try machine.write(Self.unit + "events/energy-pkg.unit", "Joules\n")
    try machine.write(Self.unit + "events/energy-pkg.scale", "0.5\n")
    try machine.write("proc/sys/kernel/perf_event_paranoid", "\(paranoid)\n")
    machine.perfEvents.isDenied = true
  }

  private func advice(_ machine: FakeMachine, kernel: String = "6.1.0-18-amd64") -> [EnergyAccess] {
    var host = HostDescription(root: machine.root, files: machine)
    host.kernelRelease = kernel
    let report = EnergySourceReport.survey(machine.environment)
    return EnergyAccess.advice(for: report, host: host, environment: machine.environment)
  }

  @Test("is a group and a udev rule for powercap")
  func powercap() throws {
    let machine = try FakeMachine()
    try addPowercap(machine)
    machine.denied = ["energy_uj"]
    let advice = advice(machine)
    #expect(advice.map(\.source) == ["powercap"])
    let commands = advice[0].commands.joined(separator: "\n")
    for part in [
      "groupadd", #"SUBSYSTEM=="powercap", KERNEL=="intel-rapl:*""#, "/sys%p/energy_uj", "udevadm trigger",
    ] {
      #expect(commands.contains(part), "\(part)")
    }
  }

  @Test("is CAP_PERFMON or a lower perf_event_paranoid for perf, with what it is now")
  func perf() throws {
    let machine = try FakeMachine()
    try addPerf(machine, paranoid: 3)
    let now = advice(machine)
    #expect(now.map(\.source) == ["perf", "perf"])
    #expect(now[0].commands.first?.contains("setcap cap_perfmon=ep") == true)
    #expect(now[1].text.contains("(now 3)"))
    #expect(now[1].commands.first == "sudo sysctl kernel.perf_event_paranoid=0")
    // The capability came with Linux 5.8.
    #expect(advice(machine, kernel: "5.7.19").map(\.text) == [now[1].text])
    #expect(advice(machine, kernel: "5.10.0").count == 2)
  }

  @Test("names the container where the kernel would allow perf events")
  func container() throws {
    let machine = try FakeMachine()
    try addPerf(machine, paranoid: -1)
    let advice = advice(machine)
    #expect(advice.count == 1 && advice[0].text.contains("seccomp") && advice[0].commands.isEmpty)
  }

  @Test("names the driver whose sensors are kept from the program")
  func hwmon() throws {
    let machine = try FakeMachine()
    try machine.write("sys/class/hwmon/hwmon1/name", "zenergy\n")
    try machine.write("sys/class/hwmon/hwmon1/energy1_label", "Esocket0\n")
    try machine.write("sys/class/hwmon/hwmon1/energy1_input", "5\n")
    machine.denied = ["energy1_input"]
    let advice = advice(machine).filter { $0.source == "hwmon" }
    #expect(advice.count == 1)
    #expect(advice.first?.commands.contains { $0.contains(#"ATTR{name}=="zenergy""#) } == true)
  }

  @Test("is not given where the same counters can be read in another way")
  func enough() throws {
    let machine = try FakeMachine()
    try addPowercap(machine)
    try addPerf(machine, paranoid: 2)
    var joules: UInt64 = 1
    machine.whileLoaded = { _ in
      joules += 2
      try? machine.set("intel-rapl:0", joules * 1_000_000)
    }
    #expect(EnergySourceReport.survey(machine.environment).chosen == "powercap")
    #expect(advice(machine).isEmpty)
    machine.denied = ["energy_uj"]
    #expect(advice(machine).map(\.source) == ["powercap", "perf", "perf"])
    // Perf events show what powercap would.
    machine.perfEvents.isDenied = false
    machine.perfEvents[2, 0] = 0
    machine.whileLoaded = { _ in machine.perfEvents[2, 0] += 10 }
    #expect(EnergySourceReport.survey(machine.environment).chosen == "perf")
    #expect(advice(machine).isEmpty)
  }

  @Test("is to load the drivers on a real machine, and nothing in a virtual one")
  func drivers() throws {
    #expect(advice(try FakeMachine()).flatMap(\.commands).contains("sudo modprobe intel_rapl_msr"))
    let guest = FakeMachine.sapphireRapids.replacingOccurrences(
      of: "flags\t\t: fpu", with: "flags\t\t: fpu hypervisor")
    #expect(advice(try FakeMachine(cpuinfo: guest)).isEmpty)
  }
}
