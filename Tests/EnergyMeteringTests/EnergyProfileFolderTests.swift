import EnergyMetering
import Foundation
import Testing

/// What is in the folder of profiles and is no file that can be read is passed over and told of.
@Suite("A folder of profiles")
struct EnergyProfileFolderTests {
  /// Takes the source that works, and returns the report's notes.
  private func notes(on machine: FakeMachine, servedBy source: String = "power-model") throws -> [String] {
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(meter.source.provenance.source == source)
    return report.profileNotes ?? []
  }

  @Test("that cannot be read is noted, and the table of watts serves")
  func denied() throws {
    let machine = try FakeMachine()
    #expect(try notes(on: machine).isEmpty)
    machine.denied = ["/profiles"]
    #expect(
      try notes(on: machine) == [
        "\(machine.root)/profiles: the energy profile cannot be read: permission denied; make it readable or take it away"
      ])
  }

  @Test("holds back nobody by a named pipe, a device or a folder")
  func otherKinds() throws {
    let machine = try FakeMachine()
    try machine.write("profiles/d.json", FakeMachine.fittedProfile().json())
    let folder = machine.root + "/profiles/"
    #expect(mkfifo(folder + "a.json", 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: folder + "b.json", withDestinationPath: "/dev/zero")
    try FileManager.default.createDirectory(atPath: folder + "c.json", withIntermediateDirectories: true)
    let notes = try notes(on: machine, servedBy: "fitted-model")
    #expect(notes.count == 3)
    for (note, name) in zip(notes, ["a", "b", "c"]) {
      #expect(
        note.hasPrefix("\(folder)\(name).json: the energy profile cannot be read: not a regular file; "))
    }
  }

  @Test("is not read into memory without bounds")
  func tooLarge() throws {
    let machine = try FakeMachine()
    try machine.write("profiles/a.json", "")
    #expect(truncate(machine.root + "/profiles/a.json", 1 << 40) == 0)
    let notes = try notes(on: machine)
    #expect(
      notes.count == 1
        && notes[0].contains("a.json: the energy profile cannot be read: larger than 1000000 bytes"))
  }

  @Test("may hold names that are not UTF-8")
  func oddNames() throws {
    let machine = try FakeMachine()
    try machine.write("profiles/good.json", FakeMachine.fittedProfile().json())
    let odd = Array((machine.root + "/profiles/").utf8) + [0xff, 0xfe] + Array(".json".utf8) + [0]
    let descriptor = odd.withUnsafeBytes { bytes in
      open(bytes.assumingMemoryBound(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600)
    }
    #expect(descriptor >= 0)
    close(descriptor)
    let notes = try notes(on: machine, servedBy: "fitted-model")
    #expect(notes.count == 1 && notes[0].contains("cannot be read: its name is not UTF-8"))
  }
}
