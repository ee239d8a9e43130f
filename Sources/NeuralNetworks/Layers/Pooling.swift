internal import CKernels

/// y = the largest value or the mean of each window and channel of x.
///
///     x  [batch, height, width, channels]   y  [batch, output height, output width, channels]
///
/// Kept for the backward pass: of the largest, where they stand in x [y's shape].
struct PoolingOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  /// The places of the largest values, as 32-bit integers; nil for means.
  let places: ValueID?
  /// All but the batch.
  let shape: wattle_pooling
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let x = workspace.value(input)
    let y = workspace.value(output)
    withUnsafePointer(to: shape(of: batch)) { shape in
      if let places {
        workspace.withIntegers(places, count: batch * outputs) { wattle_max_pool(shape, x, y, $0) }
      } else {
        wattle_average_pool(shape, x, y)
      }
    }
  }

  /// dx gets dy where the largest stood, or its share of each dy.
  func backward(_ workspace: Workspace, batch: Int) {
    guard propagates else { return }
    let dy = workspace.gradient(output)
    let dx = workspace.gradient(input)
    withUnsafePointer(to: shape(of: batch)) { shape in
      if let places {
        workspace.withIntegers(places, count: batch * outputs) { wattle_max_pool_backward(shape, dy, $0, dx) }
      } else {
        wattle_average_pool_backward(shape, dy, dx)
      }
    }
  }

  var values: [ValueID] { [input, output] + (places.map { [$0] } ?? []) }
  var kept: [ValueID] { places.map { [$0] } ?? [] }
  var gradients: [ValueID] { propagates ? [input, output] : [] }

  private func shape(of batch: Int) -> wattle_pooling {
    var shape = shape
    shape.batch = Int32(batch)
    return shape
  }

  private var inputs: Int { Int(shape.height) * Int(shape.width) * Int(shape.channels) }
  private var outputs: Int { Int(shape.output_height) * Int(shape.output_width) * Int(shape.channels) }
  private var window: Int { Int(shape.window_height) * Int(shape.window_width) }

  /// The largest of n takes n − 1 comparisons, a mean n − 1 additions and a division.
  var inferenceCosts: OperationCosts {
    OperationCosts(
      flops: outputs * (places == nil ? window : window - 1), numbersMoved: inputs + outputs)
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    if places != nil { costs.numbersMoved += outputs }
    guard propagates else { return costs }
    if places == nil {
      costs += OperationCosts(flops: outputs * (window + 1), numbersMoved: inputs + outputs)
    } else {
      costs += OperationCosts(flops: outputs, numbersMoved: inputs + 2 * outputs)
    }
    return costs
  }
}
