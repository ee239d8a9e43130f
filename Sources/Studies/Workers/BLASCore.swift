import EnergyMetering
import Foundation

/// The choice of OpenBLAS's kernel set, which it makes when the library loads: for a worker, by its environment.
///
/// Some machines export `OPENBLAS_CORETYPE` for everybody, often an old one, which can halve the speed. So workers do
/// not inherit it; who wants a certain set says so to Wattle.
public enum BLASCore {
  /// The environment variable that users set to choose a kernel set for all runs.
  public static let settingVariable = "WATTLE_BLAS_CORE"

  /// The kernel set that the user set by ``settingVariable``; nil for none.
  static var setting: String? {
    ProcessInfo.processInfo.environment[settingVariable].flatMap {
      $0.isEmpty || $0.lowercased() == "auto" ? nil : $0
    }
  }

  /// The kernel sets from the fastest down, each with the processor flags that it needs.
  private static let ladder: [(core: String, flags: Set<String>)] = [
    ("Cooperlake", ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_bf16"]),
    ("SkylakeX", ["avx512f", "avx512dq", "avx512bw", "avx512vl"]),
    ("Haswell", ["avx2", "fma"]),
    ("Sandybridge", ["avx"]),
    ("Nehalem", ["sse4_2"]),
  ]

  /// The fastest kernel set that a processor with these flags supports; nil leaves the choice to OpenBLAS.
  ///
  /// OpenBLAS finds it by model number and falls back to its oldest kernels on numbers that it does not know, as
  /// hypervisors and new processors present them. Flags cannot be mistaken.
  public static func best(forFlags flags: Set<String>, vendor: String) -> String? {
    let best = ladder.first { $0.flags.isSubset(of: flags) }?.core
    if vendor == "AuthenticAMD" && best == "Haswell" { return "Zen" }
    return best
  }

  /// What a user should know about the choice on a machine; empty where all is well.
  public static func advice(
    for host: HostDescription, coreInUse: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    var advice: [String] = []
    if let inherited = environment["OPENBLAS_CORETYPE"], !inherited.isEmpty {
      advice.append(
        "OPENBLAS_CORETYPE=\(inherited) is set here; workers ignore it. To choose a kernel set, write "
          + "execution: {blas-core: \(inherited)} or set \(settingVariable).")
    }
    if let best = best(forFlags: Set(host.processor.flags), vendor: host.processor.vendor), best != coreInUse
    {
      advice.append("OpenBLAS runs its \(coreInUse) kernels; this processor supports \(best).")
    }
    return advice
  }

  /// A worker's environment: one BLAS thread, and the chosen kernel set.
  ///
  /// - Parameter core: the kernel set; nil leaves the choice to OpenBLAS.
  public static func environment(
    choosing core: String?, inherited: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String: String] {
    var environment = inherited
    environment["OPENBLAS_CORETYPE"] = core
    for variable in ["OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"] {
      environment[variable] = "1"
    }
    return environment
  }
}
