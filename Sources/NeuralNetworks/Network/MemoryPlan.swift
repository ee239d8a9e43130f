/// Where every array of a network lies in one slab, planned once from the program and the largest batch.
///
/// Arrays that are never alive at the same time share memory: time is counted in operations, forward 0 ..< n, the
/// loss at n, backward n + 1 ... 2n, and an array lives from the first to the last operation that touches it. Values
/// that lie where another does count as that one, and so do gradients.
/// Each array is put at the lowest free place, the largest first (Pisarchyk and Lee 2020, "Efficient memory
/// management for deep neural net inference", greedy by size).
///
/// All offsets and sizes are in 4-byte numbers and multiples of 64 bytes.
struct MemoryPlan {
  private(set) var values: [Int]
  /// 0 where there is no gradient.
  private(set) var gradients: [Int]
  let parameters: Int
  let parameterGradients: Int
  let optimizerState: Int
  let state: Int
  let labels: Int
  let scratch: Int
  private(set) var total: Int

  private struct Block {
    var index: Int
    var isGradient: Bool
    var size: Int
    var first: Int
    var last: Int
    var offset = 0
  }

  init(_ plan: NetworkPlan, maximumBatchSize: Int, optimizer: Optimizer?) {
    total = 0
    func reserve(_ count: Int, _ total: inout Int) -> Int {
      defer { total += count.roundedUpToAlignment }
      return total
    }
    parameters = reserve(plan.parameterStorage, &total)
    parameterGradients = reserve(plan.parameterStorage, &total)
    optimizerState = reserve(plan.parameterStorage * (optimizer?.stateVectors ?? 0), &total)
    state = reserve(plan.stateStorage, &total)
    labels = reserve(maximumBatchSize, &total)
    scratch = reserve(plan.operations.map { $0.payload.scratch(batch: maximumBatchSize) }.max() ?? 0, &total)
    values = Array(repeating: 0, count: plan.values.count)
    gradients = Array(repeating: 0, count: plan.values.count)
    var blocks = Self.blocks(of: plan, batch: maximumBatchSize)
    total += Self.place(&blocks)
    let start = total - (blocks.map { $0.offset + $0.size }.max() ?? 0)
    for block in blocks {
      if block.isGradient {
        gradients[block.index] = start + block.offset
      } else {
        values[block.index] = start + block.offset
      }
    }
    for index in plan.values.indices {
      values[index] = values[plan.storage(of: ValueID(index: index)).index]
      let owner = plan.gradientStorage(of: ValueID(index: index))
      gradients[index] =
        plan.values[owner.index].gradientLiesWithValue
        ? values[plan.storage(of: owner).index] : gradients[owner.index]
    }
  }

  /// The arrays of values and gradients with their times.
  private static func blocks(of plan: NetworkPlan, batch: Int) -> [Block] {
    let count = plan.operations.count
    var valueTimes = [ClosedRange<Int>?](repeating: nil, count: plan.values.count)
    var gradientTimes = valueTimes
    func touch(_ times: inout [ClosedRange<Int>?], _ id: ValueID, _ time: Int) {
      let known = times[id.index] ?? time...time
      times[id.index] = min(known.lowerBound, time)...max(known.upperBound, time)
    }
    func touchValue(_ id: ValueID, _ time: Int) { touch(&valueTimes, plan.storage(of: id), time) }
    func touchGradient(_ id: ValueID, _ time: Int) {
      let owner = plan.gradientStorage(of: id)
      if plan.values[owner.index].gradientLiesWithValue {
        touchValue(owner, time)
      } else {
        touch(&gradientTimes, owner, time)
      }
    }
    // The input is filled before the first operation; the loss reads the output and writes its gradient.
    touchValue(plan.input, -1)
    touchValue(plan.output, count)
    touchGradient(plan.output, count)
    for (index, operation) in plan.operations.enumerated() {
      let payload = operation.payload
      for value in payload.values { touchValue(value, index) }
      for value in payload.kept { touchValue(value, 2 * count - index) }
      for value in payload.gradients { touchGradient(value, 2 * count - index) }
    }
    var blocks: [Block] = []
    for (isGradient, times) in [(false, valueTimes), (true, gradientTimes)] {
      for (index, range) in times.enumerated() {
        guard let range else { continue }
        let value = plan.values[index]
        let size = (value.isPerBatch ? value.elements : batch * value.elements).roundedUpToAlignment
        blocks.append(
          Block(
            index: index, isGradient: isGradient, size: size, first: range.lowerBound, last: range.upperBound)
        )
      }
    }
    return blocks
  }

  /// Gives every block an offset and returns the size of all.
  ///
  /// - Complexity: O(blocks²).
  private static func place(_ blocks: inout [Block]) -> Int {
    blocks.sort { ($0.size, $1.first, $1.index) > ($1.size, $0.first, $0.index) }
    // By offset.
    var placed: [Block] = []
    var total = 0
    for position in blocks.indices {
      let block = blocks[position]
      var offset = 0
      for other in placed where other.first <= block.last && block.first <= other.last {
        if offset + block.size <= other.offset { break }
        offset = max(offset, other.offset + other.size)
      }
      blocks[position].offset = offset
      let insertion = placed.firstIndex { $0.offset > offset } ?? placed.endIndex
      placed.insert(blocks[position], at: insertion)
      total = max(total, offset + block.size)
    }
    return total
  }
}
