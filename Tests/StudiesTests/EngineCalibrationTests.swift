import EnergyMetering
import Foundation
import Studies
import Testing

/// A counter of a machine that takes 10 W of CPU time, whatever is computed.
private final class TenWatts: EnergySource {
  let name = "ten-watts"
  let provenance = EnergyProvenance(
    source: "ten-watts", domains: ["package-0"], tier: .measured, detail: "ten watts")
  let needsMachineBusyTime = false
  private var joules = 0.0

  func begin() { joules = 0 }

  func close(_ activity: IntervalActivity) -> IntervalOutcome {
    let readings = activity.consumers.map { reading(10 * $0.cpuSeconds) }
    let total = readings.reduce(EnergyReading.zero(provenance), +)
    joules += total.energy.joules
    return .attributed(consumers: readings, idle: .zero(provenance), total: total, warnings: [])
  }

  func total(duration: Double) -> EnergyReading { reading(joules) }

  private func reading(_ joules: Double) -> EnergyReading {
    let energy = Energy(joules: joules)
    return EnergyReading(energy: energy, low: energy, high: energy, provenance: provenance)
  }
}

extension WorkerSuites {
  @Suite("A calibration with the engine")
  struct EngineCalibrationTests {
    private func calibration() throws -> EngineCalibration {
      var calibration = EngineCalibration(
        meter: try EnergyMeter(source: TenWatts()), blasCore: nil, executable: wattlePath)
      calibration.secondsPerWorkload = 0.02
      return calibration
    }

    @Test("runs every workload in a process of its own, and fits a machine that goes by time alone")
    func fits() throws {
      var seen: [String] = []
      let fitted = try calibration().fit(
        host: HostDescription(), programVersion: "0.1.0", watch: { seen.append($0.workload) })
      let profile = try #require(fitted)
      #expect(seen.count == EngineCalibration.workloadCount && Set(seen).count == seen.count)
      #expect(profile.samples.map(\.workload) == seen)
      #expect(abs(profile.model.busyWatts - 10) < 1e-6)
      #expect(profile.quality.largestHoldOutError < 1e-6)
      #expect(!profile.blasCore.isEmpty)
      // The mixes differ: by the most and the least FLOPs and bytes in a CPU second there is a factor of ten and more.
      for work in [\OperationCount.flops, \.bytes] {
        let rates = profile.samples.map { $0.operations[keyPath: work] / $0.cpuSeconds }
        let (least, most) = (try #require(rates.min()), try #require(rates.max()))
        #expect(least > 0 && most > 10 * least, "\(rates)")
      }
    }

    @Test("stops when told to")
    func stops() throws {
      var count = 0
      let fitted = try calibration().fit(
        host: HostDescription(), programVersion: "0.1.0", shouldStop: { count > 0 },
        watch: { _ in count += 1 })
      #expect(fitted == nil && count == 1)
    }

    @Test("stops when told to while a workload does not answer, and leaves no process")
    func silent() throws {
      let folder = try TemporaryFolder()
      let program = folder.path + "/silent"
      try writeAtomically("#!/bin/sh\nkill -STOP $$\n", to: program)
      #expect(chmod(program, 0o755) == 0)
      var silent = try calibration()
      silent.executable = program
      var questions = 0
      let fitted = try silent.fit(
        host: HostDescription(), programVersion: "0.1.0",
        shouldStop: {
          questions += 1
          return questions > 3
        })
      #expect(fitted == nil && questions == 4)
    }

    @Test("finds out before the work whether a profile can be stored, and leaves nothing but the folder")
    func storable() throws {
      let folder = try TemporaryFolder()
      try writeAtomically("", to: folder.path + "/file")
      #expect(throws: RunFolderError.self) {
        try EnergyProfileFolder(path: folder.path + "/file/profiles").prepareToStore()
      }
      #expect(throws: RunFolderError.self) {
        try EnergyProfileFolder(path: "/proc/1/profiles").prepareToStore()
      }
      #expect(throws: RunFolderError.self) { try EnergyProfileFolder(path: nil).prepareToStore() }
      let profiles = folder.path + "/wattle/profiles"
      try EnergyProfileFolder(path: profiles).prepareToStore()
      #expect(try FileManager.default.contentsOfDirectory(atPath: profiles).isEmpty)
    }

    @Test("is stored in one step in a folder that it makes, and found there")
    func stores() throws {
      let fitted = try calibration().fit(host: HostDescription(), programVersion: "0.1.0")
      let profile = try #require(fitted)
      let root = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: root) }
      let folder = EnergyProfileFolder(path: root.path + "/wattle/profiles")
      let path = try profile.store(in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: root.path + "/wattle/profiles")
      #expect(names.map { root.path + "/wattle/profiles/" + $0 } == [path])
      #expect(
        try EnergyProfile(json: String(contentsOfFile: path, encoding: .utf8), path: path) == profile)
    }

    @Test("names the program that does not run")
    func fails() throws {
      let broken = EngineCalibration(
        meter: try EnergyMeter(source: TenWatts()), blasCore: nil, executable: "/bin/false")
      #expect(throws: (any Error).self) {
        try broken.fit(host: HostDescription(), programVersion: "0.1.0")
      }
    }
  }
}
