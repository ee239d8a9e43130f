import EnergyMetering
import Testing

@Suite("The power model")
struct PowerModelTests {
  /// A processor's answer in `/proc/cpuinfo`.
  private func processor(
    vendor: String = "GenuineIntel", family: Int = 6, model: Int, stepping: Int = 4, name: String = "",
    siblings: Int = 2, cores: Int = 1, flags: String = ""
  ) -> ProcessorIdentity {
    ProcessorIdentity(
      cpuinfo: """
        processor\t: 0
        vendor_id\t: \(vendor)
        cpu family\t: \(family)
        model\t\t: \(model)
        model name\t: \(name)
        stepping\t: \(stepping)
        siblings\t: \(siblings)
        cpu cores\t: \(cores)
        flags\t\t: \(flags)
        """)
  }

  @Test("gives the joules of a worked example")
  func workedExample() throws {
    // Milan: EPYC 7713 225 W / 128 threads = 1.7578125 W; EPYC 72F3 180 W / 8 cores = 22.5 W; their geometric
    // mean is √39.55078125 = 6.28894… W. Idle 0.456 W a CPU, the least of the table; at most 1.857 W.
    let machine = try FakeMachine()
    let model = PowerModel(
      processor: processor(vendor: "AuthenticAMD", family: 25, model: 1, name: "AMD EPYC 7713"),
      reservedCPUs: 2)
    let meter = try machine.meter(model)
    try meter.begin([ConsumerActivity("parent", 7, bytes: 1_000_000_000)])
    machine.pass(10)
    let interval = meter.advance([
      ConsumerActivity("parent", 7.5, bytes: 1_000_000_000), ConsumerActivity("worker", 9.5, bytes: 0),
    ])
    // The parent: 0.5 s of CPU and 1 GB over 10 s = 3.725 J.
    let parent = try #require(interval["parent"])
    #expect(parent.energy.joules.isNear(0.5 * 6.288941186718159 + 3.725, relative: 1e-9))
    #expect(parent.low.joules.isNear(0.5 * 1.7578125 + 3.725))
    #expect(parent.high.joules.isNear(0.5 * 22.5 + 3.725))
    // The worker: 9.5 s. Two CPUs over 10 s less 10 s of work leave 10 s idle.
    #expect(interval["worker"]?.high.joules.isNear(9.5 * 22.5) == true)
    #expect(interval.idle.energy.joules.isNear(4.56))
    #expect(interval.idle.high.joules.isNear(18.57))
    #expect(interval.total.provenance.tier == .modelled)
    #expect(interval.total.provenance.detail == "1.8–22.5 W/core, EPYC Milan")
  }

  @Test("begins its band at whole cores only on a real machine without sibling threads")
  func siblings() {
    let number = 0x8F
    let threads = PowerModel(processor: processor(model: number), reservedCPUs: 1)
    #expect(threads.busyPower.low.isNear(300.0 / 104))
    let cores = PowerModel(processor: processor(model: number, siblings: 1), reservedCPUs: 1)
    #expect(cores.busyPower.low.isNear(300.0 / 52))
    let guest = PowerModel(
      processor: processor(model: number, siblings: 1, flags: "hypervisor"), reservedCPUs: 1)
    #expect(guest.busyPower.low.isNear(300.0 / 104))
    #expect(guest.busyPower.high.isNear(195.0 / 8))
  }

  @Test("tells apart by stepping the families that share a model number")
  func steppings() {
    for (stepping, name) in [(4, "Skylake-SP"), (7, "Cascade Lake"), (11, "Cooper Lake")] {
      let recognition = ProcessorRecognition(processor(model: 0x55, stepping: stepping))
      #expect(recognition.families.map(\.name) == [name])
    }
  }

  @Test("does not believe a model number that the flags contradict")
  func masked() {
    let masked = processor(
      model: 167, name: "Intel(R) Xeon(R) Processor",
      flags: "hypervisor amx_bf16 avx512_fp16 amx_tile amx_int8")
    let recognition = ProcessorRecognition(masked)
    #expect(recognition.families.map(\.name) == ["Sapphire Rapids", "Emerald Rapids", "Granite Rapids"])
    #expect(!recognition.isByModelNumber)
    #expect(recognition.detail.contains("model 167") && recognition.detail.contains("Rocket Lake"))
    #expect(recognition.name == "Sapphire Rapids or later (model number masked)")
    // From Granite Rapids' 500 W / 256 threads to 195 W / 8 cores.
    let power = PowerModel(processor: masked, reservedCPUs: 2).busyPower
    #expect(power.low.isNear(500.0 / 256) && power.high.isNear(195.0 / 8))
  }

  @Test("believes a model number that the flags bear out")
  func notMasked() {
    let recognition = ProcessorRecognition(processor(model: 0xCF, flags: "amx_tile avx512_fp16"))
    #expect(recognition.families.map(\.name) == ["Emerald Rapids"])
    #expect(recognition.isByModelNumber)
  }

  @Test("spans the whole table for a processor that it does not know, and says so")
  func unknown() {
    let recognition = ProcessorRecognition(processor(vendor: "Unheard", model: 1, name: "Thing 3000"))
    #expect(recognition.families.count == ProcessorFamilies.all.count)
    #expect(recognition.detail.contains("Thing 3000") && recognition.detail.contains("all"))
    let power = PowerModel(processor: processor(model: 1), reservedCPUs: 1).busyPower
    let table = ProcessorFamilies.all
    #expect(power.low == table.map(\.lowest.wattsPerThread).min())
    #expect(power.high == table.map(\.highest.wattsPerCore).max())
  }

  @Test("takes a desktop processor that shares a server's model number for unknown")
  func desktop() {
    let ryzen = processor(vendor: "AuthenticAMD", family: 23, model: 1, name: "AMD Ryzen 7 1700")
    #expect(!ProcessorRecognition(ryzen).isByModelNumber)
  }

  @Test("has a source for each row, and ends in order", arguments: ProcessorFamilies.all)
  func table(family: ProcessorFamily) {
    #expect(!family.source.isEmpty)
    #expect(family.lowest.wattsPerCore < family.highest.wattsPerCore)
  }
}
