internal import CSystem
import Glibc

/// The logical processors that a process may run on.
public enum ProcessorAffinity {
  /// The processors that this process may run on, ascending; `[0]` if the system does not say.
  public static func allowed() -> [Int] {
    var processors = [Int32](repeating: 0, count: 65536)
    let count = wattle_allowed_processors(&processors, Int32(processors.count))
    return count > 0 ? processors.prefix(Int(count)).map(Int.init) : [0]
  }

  /// One allowed processor of each physical core, ascending: two trainings on the threads of one core would only slow
  /// each other down.
  public static func allowedCores(systemRoot: String = "/sys") -> [Int] {
    var seenCores: Set<String> = []
    let cores = allowed().filter { processor in
      let path = "\(systemRoot)/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
      guard let siblings = try? readSmallFile(path) else { return true }
      return seenCores.insert(siblings).inserted
    }
    return cores.isEmpty ? [0] : cores
  }

  /// Binds the calling thread, and those that it makes later, to one processor.
  ///
  /// - Returns: whether the system allowed it.
  static func pin(to processor: Int) -> Bool {
    wattle_pin_to_processor(Int32(clamping: processor)) == 0
  }
}

/// The text of a file of at most 64 KiB, as the kernel's pseudo files are.
func readSmallFile(_ path: String) throws(SystemCallError) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemCallError(call: "open \(path)") }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 65536)
  let count = read(descriptor, &buffer, buffer.count)
  guard count >= 0 else { throw SystemCallError(call: "read \(path)") }
  return String(decoding: buffer[0..<count], as: UTF8.self)
}
