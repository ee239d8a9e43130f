internal import CKernels

/// Where a network's arrays lie, for its operations. A trivial value of pointers into the network's slab.
struct Workspace {
  /// A pointer a value, to [maximumBatchSize, elements].
  let values: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  /// A pointer a value, to its gradient; not to be read through where no operation touches the gradient.
  let gradients: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  /// The flat vector of all parameters and that of their gradients, laid out alike.
  let parameters: UnsafeMutablePointer<Float>
  let parameterGradients: UnsafeMutablePointer<Float>
  /// The flat vector of what a network knows besides its parameters: running statistics.
  let state: UnsafeMutablePointer<Float>
  /// Memory whose content lasts for one operation.
  let scratch: UnsafeMutablePointer<Float>
  let dropoutState: UnsafeMutablePointer<wattle_dropout_state>

  func value(_ id: ValueID) -> UnsafeMutablePointer<Float> { values[id.index] }
  func gradient(_ id: ValueID) -> UnsafeMutablePointer<Float> { gradients[id.index] }

  /// A value whose numbers are used as 32-bit integers throughout.
  func withIntegers(_ id: ValueID, count: Int, _ body: (UnsafeMutablePointer<Int32>) -> Void) {
    values[id.index].withMemoryRebound(to: Int32.self, capacity: count, body)
  }
}

/// Memory of trivial elements, aligned to 64 bytes, zeroed, of one owner.
struct AlignedMemory<Element: BitwiseCopyable>: ~Copyable {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  /// Nil when the system does not give the memory.
  init?(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Element>.stride
    guard let memory = wattle_allocate(bytes) else { return nil }
    self.start = memory.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { wattle_free(start) }
}
