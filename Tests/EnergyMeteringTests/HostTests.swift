import EnergyMetering
import Foundation
import Glibc
import Testing

@Suite("A process's clock")
struct ProcessClockTests {
  @Test("runs while this process works", .timeLimit(.minutes(30)))
  func own() throws {
    let clock = ProcessClock()
    let before = try clock.cpuSeconds()
    while try clock.cpuSeconds() < before + 0.005 { CounterSelfTest.spin(seconds: 0.005) }
    #expect(try clock.residentBytes() > 1_000_000)
    #expect(try clock.peakResidentBytes() > 1_000_000)
  }

  @Test("runs for another process, and says when it is gone")
  func other() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/sleep")
    child.arguments = ["5"]
    try child.run()
    let clock = ProcessClock(processIdentifier: child.processIdentifier)
    #expect(try clock.cpuSeconds() >= 0)
    child.terminate()
    child.waitUntilExit()
    #expect(throws: ProcessClockError.gone(child.processIdentifier)) { try clock.cpuSeconds() }
  }

  @Test("shows the final CPU time of a process that has ended, until it is waited for")
  func ended() throws {
    var identifier = pid_t()
    let arguments = [strdup("true"), nil]
    defer { free(arguments[0]) }
    try #require(posix_spawn(&identifier, "/bin/true", nil, nil, arguments, nil) == 0)
    let clock = ProcessClock(processIdentifier: identifier)
    var information = siginfo_t()
    waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT)
    let final = try clock.cpuSeconds()
    #expect(final > 0)
    #expect(try clock.cpuSeconds() == final)
    waitpid(identifier, nil, 0)
    #expect(throws: ProcessClockError.gone(identifier)) { try clock.cpuSeconds() }
  }
}

@Suite("The description of the machine")
struct HostDescriptionTests {
  @Test("reads processors, memory, affinity and the control group's limit")
  func reads() throws {
    let machine = try FakeMachine(cpus: 4)
    try machine.write("proc/self/cgroup", "0::/user.slice\n")
    try machine.write("sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n")
    let host = HostDescription(root: machine.root, files: machine)
    #expect(host.logicalProcessors == 4)
    #expect(host.availableProcessors == 2)
    #expect(host.memoryBytes == 8_192_000_000)
    #expect(host.cpuQuota == 1.5)
    #expect(host.recognition == "Sapphire Rapids")
    #expect(host.processor.stepping == 8)
  }

  @Test("survives JSON")
  func codes() throws {
    let host = HostDescription()
    #expect(try JSONDecoder().decode(HostDescription.self, from: JSONEncoder().encode(host)) == host)
    #expect(host.availableProcessors >= 1 && !host.kernelRelease.isEmpty)
  }
}
