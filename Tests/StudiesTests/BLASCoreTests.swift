import EnergyMetering
import Studies
import Testing

@Suite("The choice of BLAS kernels")
struct BLASCoreTests {
  @Test("is the fastest set whose every flag the processor has")
  func best() {
    let avx512 = ["avx512f", "avx512dq", "avx512bw", "avx512vl"]
    let avx2 = ["sse4_2", "avx", "avx2", "fma"]
    let cases: [(flags: [String], core: String?)] = [
      (avx2 + avx512 + ["avx512_bf16"], "Cooperlake"), (avx2 + avx512, "SkylakeX"),
      (avx2 + avx512.dropLast(), "Haswell"), (avx2 + ["avx512_bf16"], "Haswell"), (avx2, "Haswell"),
      (["sse4_2", "avx", "avx2"], "Sandybridge"), (["sse4_2", "avx"], "Sandybridge"), (["sse4_2"], "Nehalem"),
      (["fpu"], nil), ([], nil),
    ]
    for (flags, core) in cases {
      #expect(BLASCore.best(forFlags: Set(flags), vendor: "GenuineIntel") == core, "\(flags)")
    }
    #expect(BLASCore.best(forFlags: Set(avx2), vendor: "AuthenticAMD") == "Zen")
    #expect(BLASCore.best(forFlags: Set(avx2 + avx512), vendor: "AuthenticAMD") == "SkylakeX")
  }

  @Test("is not inherited: a worker gets the chosen set or none, and one thread")
  func environment() {
    let inherited = [
      "OPENBLAS_CORETYPE": "Prescott", "OMP_NUM_THREADS": "8", "PATH": "/bin", "GOTO_NUM_THREADS": "4",
    ]
    let threads = [
      "OPENBLAS_NUM_THREADS": "1", "GOTO_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/bin",
    ]
    #expect(BLASCore.environment(choosing: nil, inherited: inherited) == threads)
    var chosen = threads
    chosen["OPENBLAS_CORETYPE"] = "Haswell"
    #expect(BLASCore.environment(choosing: "Haswell", inherited: inherited) == chosen)
  }

  @Test("is explained where the environment or OpenBLAS chose otherwise")
  func advice() throws {
    let host = HostDescription()
    let best = BLASCore.best(forFlags: Set(host.processor.flags), vendor: host.processor.vendor)
    let core = best ?? "Generic"
    #expect(BLASCore.advice(for: host, coreInUse: core, environment: [:]).isEmpty)
    let inherited = BLASCore.advice(
      for: host, coreInUse: core, environment: ["OPENBLAS_CORETYPE": "Prescott"])
    #expect(inherited.count == 1)
    #expect(inherited.first?.contains("OPENBLAS_CORETYPE=Prescott") == true)
    if let best {
      let slow = BLASCore.advice(for: host, coreInUse: "Prescott", environment: [:])
      #expect(slow.count == 1)
      #expect(slow.first?.contains(best) == true)
    }
  }
}
