import Numerics

/// The order in which an epoch takes the training samples, drawn anew each time from that of the epoch before.
struct BatchOrder: Hashable {
  private(set) var rows: [Int32]
  private(set) var stream: RandomStream

  init(sampleCount: Int, seed: UInt64, trial: Int) {
    rows = (0..<Int32(sampleCount)).map { $0 }
    stream = RandomStream(seed: seed, trial: trial, purpose: "batches")
  }

  /// The order of the last epoch, with the stream that the next is drawn from.
  init(rows: [Int32], stream: RandomStream) {
    self.rows = rows
    self.stream = stream
  }

  /// Fisher and Yates; not `RandomStream.shuffle`, which across modules is not specialised and takes longer than the
  /// steps of a small network.
  mutating func shuffle() {
    var last = rows.count - 1
    while last > 0 {
      rows.swapAt(last, stream.integer(below: last + 1))
      last -= 1
    }
  }
}
