import CKernels
import Glibc

/// Arrays between pages that may not be touched: a kernel that reads or writes beyond either end stops at once.
///
/// Only one end of an array can lie directly at its page; `Edge` says which.
final class GuardedMemory {
  enum Edge: CaseIterable { case first, last }

  /// Numbers in guarded memory, until it is freed.
  struct Floats {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
  }

  private let edge: Edge
  private var mappings: [(start: UnsafeMutableRawPointer, length: Int)] = []

  init(at edge: Edge) { self.edge = edge }

  /// A copy of numbers.
  func floats(_ values: [Float]) -> Floats {
    let page = 4096
    let bytes = 4 * values.count
    let inside = (bytes + page - 1) / page * page
    let length = inside + 2 * page
    guard
      let start = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED, mprotect(start, page, PROT_NONE) == 0,
      mprotect(start + page + inside, page, PROT_NONE) == 0
    else { preconditionFailure("no memory for a test") }
    mappings.append((start, length))
    let offset = edge == .first ? page : page + inside - bytes
    let floats = (start + offset).bindMemory(to: Float.self, capacity: max(1, values.count))
    for (index, value) in values.enumerated() { floats[index] = value }
    return Floats(start: floats, count: values.count)
  }

  /// Numbers that a kernel has to overwrite.
  func unwritten(_ count: Int) -> Floats { floats(Array(repeating: .nan, count: count)) }

  func free() {
    for (start, length) in mappings { munmap(start, length) }
    mappings = []
  }
}

/// Runs a test with the kernels of each instruction set that this CPU has.
func forEachInstructionSet(_ body: (wattle_instruction_set) -> Void) {
  let usual = wattle_current_instruction_set()
  defer { _ = wattle_set_instruction_set_for_tests(usual) }
  for set in [WATTLE_BASELINE, WATTLE_AVX2, WATTLE_AVX512]
  where wattle_set_instruction_set_for_tests(set) != 0 { body(set) }
}
