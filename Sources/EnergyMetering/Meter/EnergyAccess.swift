/// How an administrator can let this program read a source that the kernel keeps from it, without making it root.
public struct EnergyAccess: Codable, Hashable, Sendable {
  /// The source, such as `powercap`.
  public var source: String
  /// What can be done, and what it opens to whom.
  public var text: String
  /// The commands, for a shell.
  public var commands: [String]

  /// A way to get at a source.
  public init(source: String, text: String, commands: [String]) {
    self.source = source
    self.text = text
    self.commands = commands
  }

  /// Advice about the sources that are better than the one in use and are kept from this program; empty where nothing
  /// can be gained.
  ///
  /// Powercap and perf events show the same counters, so that one of them is enough.
  public static func advice(
    for report: EnergySourceReport, host: HostDescription, environment: MeterEnvironment = MeterEnvironment()
  ) -> [EnergyAccess] {
    if ["powercap", "perf"].contains(report.chosen) { return [] }
    let better = report.sources.prefix { $0.name != report.chosen }
    func stands(_ name: String, _ state: EnergySourceState) -> Bool {
      better.contains { $0.name == name && $0.state == state }
    }
    var advice: [EnergyAccess] = []
    if stands("powercap", .denied) { advice.append(powercap) }
    if stands("perf", .denied) { advice += perf(host: host, environment: environment) }
    if stands("hwmon", .denied) { advice.append(hwmon(environment)) }
    // Inside a virtual machine no driver finds counters.
    if stands("powercap", .absent), stands("perf", .absent), !host.processor.isVirtual {
      advice.append(drivers)
    }
    return advice
  }

  private static let group = "energy"
  private static let newGroup = [
    "sudo groupadd --system --force \(group)", "sudo usermod --append --groups \(group) \"$USER\"",
  ]

  private static func rule(_ text: String, file: String, subsystem: String) -> [String] {
    newGroup + [
      "echo '\(text)' | sudo tee /etc/udev/rules.d/\(file)",
      "sudo udevadm control --reload && sudo udevadm trigger --action=add --subsystem-match=\(subsystem)",
    ]
  }

  private static let powercap = EnergyAccess(
    source: "powercap",
    text:
      "a udev rule lets a group of users read the counters, also after a restart; log in anew to be in the group. "
      + "Who is in it can infer what others compute (CVE-2020-8694), so keep it small",
    commands: rule(
      #"SUBSYSTEM=="powercap", KERNEL=="intel-rapl:*", ACTION=="add", "#
        + #"RUN+="/bin/chgrp \#(group) /sys%p/energy_uj /sys%p/max_energy_range_uj", "#
        + #"RUN+="/bin/chmod g+r /sys%p/energy_uj /sys%p/max_energy_range_uj""#,
      file: "70-powercap-energy.rules", subsystem: "powercap"))

  private static func hwmon(_ environment: MeterEnvironment) -> EnergyAccess {
    let folder = environment.root + "/sys/class/hwmon"
    let sensors = EnergySensor.all(in: folder, files: environment.files)
    let driver = sensors.first { $0.part == .package }?.driver ?? "amd_energy"
    return EnergyAccess(
      source: "hwmon",
      text:
        "a udev rule lets a group of users read the sensors of \(driver), also after a restart; log in anew to be "
        + "in the group",
      commands: rule(
        #"SUBSYSTEM=="hwmon", ACTION=="add", ATTR{name}=="\#(driver)", "#
          + #"RUN+="/bin/sh -c \"chgrp \#(group) /sys%p/energy*_input; chmod g+r /sys%p/energy*_input\"""#,
        file: "70-hwmon-energy.rules", subsystem: "hwmon"))
  }

  private static func perf(host: HostDescription, environment: MeterEnvironment) -> [EnergyAccess] {
    let path = environment.root + "/proc/sys/kernel/perf_event_paranoid"
    let text = ((try? environment.files.contents(of: path)) ?? "").filter { !$0.isWhitespace }
    if let level = Int(text), level <= 0 {
      return [
        EnergyAccess(
          source: "perf",
          text:
            "kernel.perf_event_paranoid is \(level), which would do; a container's seccomp profile forbids "
            + "perf_event_open: start the container with a profile that allows it, and with --cap-add PERFMON",
          commands: [])
      ]
    }
    var advice: [EnergyAccess] = []
    if hasPerfmonCapability(kernelRelease: host.kernelRelease) {
      advice.append(
        EnergyAccess(
          source: "perf",
          text:
            "CAP_PERFMON lets this program alone count events, whoever starts it; a rebuild takes it away again",
          commands: [#"sudo setcap cap_perfmon=ep "$(readlink -f .build/release/wattle)""#]))
    }
    advice.append(
      EnergyAccess(
        source: "perf",
        text:
          "kernel.perf_event_paranoid=0 (now \(text.isEmpty ? "unknown" : text)) lets all users of the machine "
          + "count events; the second command keeps it after a restart",
        commands: [
          "sudo sysctl kernel.perf_event_paranoid=0",
          "echo kernel.perf_event_paranoid=0 | sudo tee /etc/sysctl.d/70-perf-energy.conf",
        ]))
    return advice
  }

  /// The capability came with Linux 5.8.
  private static func hasPerfmonCapability(kernelRelease: String) -> Bool {
    let numbers = kernelRelease.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 8)
  }

  private static let drivers = EnergyAccess(
    source: "powercap",
    text:
      "this is no virtual machine, so that its processor may have counters whose drivers are not loaded; inside a "
      + "container the host must show /sys/class/powercap",
    commands: ["sudo modprobe intel_rapl_msr", "sudo modprobe rapl"])
}
