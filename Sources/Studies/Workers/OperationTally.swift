internal import CSystem
import EnergyMetering
import Foundation

/// What a worker has computed up to now, in memory that it shares with the study.
///
/// The worker adds to it after every step of a training; the study looks whenever it reads the meter. A message a step
/// would cost more than the step of a small network.
final class OperationTally {
  /// The descriptor under which a worker finds its tally.
  static let inheritedDescriptor: Int32 = 3
  /// The argument by which a worker is told that it has one.
  static let argument = "--tally"

  /// What the memory begins with: the name and the version of its layout.
  private static let mark = Array("wattle tally 1\0\0".utf8)
  private static let bytes = mark.count + 2 * MemoryLayout<Double>.stride

  private let memory: UnsafeMutableRawPointer
  private var numbers: UnsafeMutablePointer<Double> {
    (memory + Self.mark.count).assumingMemoryBound(to: Double.self)
  }

  private init(mapping descriptor: Int32) throws(SystemCallError) {
    guard
      let memory = mmap(nil, Self.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw SystemCallError(call: "mmap") }
    (memory + Self.mark.count).bindMemory(to: Double.self, capacity: 2)
    self.memory = memory
  }

  /// The tally that the study gave to this worker.
  ///
  /// Whoever starts a worker by hand may have another file there, which must not be written to. A tally has the mark and
  /// the size of one, and is sealed: it can be neither shortened, which would end its readers, nor lengthened.
  static func inherited() throws(SystemCallError) -> OperationTally {
    var status = stat()
    var found = [UInt8](repeating: 0, count: mark.count)
    guard fstat(inheritedDescriptor, &status) == 0, status.st_size == bytes,
      wattle_has_fixed_size(inheritedDescriptor) == 1,
      pread(inheritedDescriptor, &found, found.count, 0) == found.count, found == mark
    else { throw SystemCallError(call: "fstat of the shared tally", code: EBADF) }
    defer { close(inheritedDescriptor) }
    return try OperationTally(mapping: inheritedDescriptor)
  }

  /// A new tally of nothing.
  ///
  /// - Returns: the tally, and a descriptor for the worker, to be closed by the caller.
  static func make() throws(SystemCallError) -> (tally: OperationTally, descriptor: Int32) {
    let descriptor = wattle_shared_memory(Int64(bytes))
    guard descriptor >= 0 else { throw SystemCallError(call: "memfd_create") }
    do {
      let tally = try OperationTally(mapping: descriptor)
      tally.memory.copyMemory(from: mark, byteCount: mark.count)
      return (tally, descriptor)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { munmap(memory, Self.bytes) }

  /// More than any processor computes while it lasts.
  private static let greatestNumber = 1e22

  /// What was computed up to now. A worker that writes nonsense has computed nothing.
  var operations: OperationCount {
    func possible(_ number: Double) -> Double { 0...Self.greatestNumber ~= number ? number : 0 }
    return OperationCount(flops: possible(numbers[0]), bytes: possible(numbers[1]))
  }

  /// Adds what was computed.
  func add(_ operations: OperationCount) {
    numbers[0] += operations.flops
    numbers[1] += operations.bytes
  }
}
