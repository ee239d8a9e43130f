import Glibc
import NeuralNetworks

/// The values of a batch in double precision, with the shape of a sample.
struct ReferenceBatch {
  var shape: [Int]
  var samples: [[Double]]

  private var channels: Int { shape.last ?? 1 }
  /// Height, width and channels; the height of a sequence is 1.
  private var grid: (height: Int, width: Int, channels: Int) {
    shape.count == 2 ? (1, shape[0], shape[1]) : (shape[0], shape[1], shape[2])
  }

  func applying(_ layers: [Layer], _ reader: inout ParameterReader) -> ReferenceBatch {
    var batch = self
    for (index, layer) in layers.enumerated() {
      let next = layers[(index + 1)...].first { if case .dropout(rate: 0) = $0 { false } else { true } }
      batch = batch.applying(layer, hasBias: next != .batchNorm, &reader)
    }
    return batch
  }

  private func applying(_ layer: Layer, hasBias: Bool, _ reader: inout ParameterReader) -> ReferenceBatch {
    switch layer {
    case .dense(let units): return dense(units, hasBias: hasBias, &reader)
    case .activation(let activation):
      return with(samples.map { $0.map { Self.activated(activation, $0) } })
    case .dropout: return self
    case .conv1d(let filters, let window, let groups):
      return convolved(filters, window, groups, hasBias: hasBias, &reader)
    case .conv2d(let filters, let window, let groups):
      return convolved(filters, window, groups, hasBias: hasBias, &reader)
    case .depthwiseConv2d(let window):
      return convolved(channels, window, channels, hasBias: hasBias, &reader)
    case .separableConv2d(let filters, let window):
      return convolved(channels, window, channels, hasBias: false, &reader)
        .convolved(filters, ConvolutionWindow(kernel: 1), 1, hasBias: hasBias, &reader)
    case .maxPool(let window): return pooled(window) { $0.max() ?? 0 }
    case .averagePool(let window): return pooled(window) { $0.reduce(0, +) / Double($0.count) }
    case .globalMaxPool:
      let whole = PoolingWindow(size: Extent(height: grid.height, width: grid.width))
      return pooled(whole) { $0.max() ?? 0 }.with(shape: [channels])
    case .globalAveragePool:
      let whole = PoolingWindow(size: Extent(height: grid.height, width: grid.width))
      return pooled(whole) { $0.reduce(0, +) / Double($0.count) }.with(shape: [channels])
    case .batchNorm: return batchNormalized(&reader)
    case .layerNorm: return layerNormalized(&reader)
    case .flatten: return with(shape: [shape.reduce(1, *)])
    case .reshape(let shape): return with(shape: shape)
    case .residual(let body):
      let result = applying(body, &reader)
      return result.adding(projected(to: result.shape, &reader))
    case .branches(let join, let paths):
      let ends = paths.map { applying($0, &reader) }
      return ends.dropFirst().reduce(ends[0]) { join == .add ? $0.adding($1) : $0.concatenated(with: $1) }
    case .embedding(let vocabulary, let dimension):
      let table = reader.take(vocabulary * dimension)
      let rows = samples.map { $0.flatMap { name in table[(Int(name) * dimension)...].prefix(dimension) } }
      return ReferenceBatch(shape: shape + [dimension], samples: rows)
    }
  }

  private func with(_ samples: [[Double]]) -> ReferenceBatch {
    ReferenceBatch(shape: shape, samples: samples)
  }
  private func with(shape: [Int]) -> ReferenceBatch { ReferenceBatch(shape: shape, samples: samples) }

  private static func activated(_ activation: Activation, _ x: Double) -> Double {
    let sigmoid = 1 / (1 + exp(-x))
    return switch activation {
    case .relu: max(0, x)
    case .tanh: tanh(x)
    case .gelu: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu6: min(max(0, x), 6)
    case .leakyRelu: x > 0 ? x : 0.01 * x
    case .squaredRelu: max(0, x) * max(0, x)
    case .silu: x * sigmoid
    case .sigmoid: sigmoid
    case .hardSwish: x * min(max(0, x + 3), 6) / 6
    }
  }

  // MARK: Layers with weights

  private func dense(_ units: Int, hasBias: Bool, _ reader: inout ParameterReader) -> ReferenceBatch {
    let inputs = shape.reduce(1, *)
    let weights = reader.take(inputs * units)
    let bias = hasBias ? reader.take(units) : Array(repeating: 0, count: units)
    let outputs = samples.map { sample in
      var sums = bias
      for (input, value) in sample.enumerated() {
        for unit in 0..<units { sums[unit] += value * weights[input * units + unit] }
      }
      return sums
    }
    return ReferenceBatch(shape: [units], samples: outputs)
  }

  private func convolved(
    _ filters: Int, _ window: ConvolutionWindow, _ groups: Int, hasBias: Bool, _ reader: inout ParameterReader
  ) -> ReferenceBatch {
    let grid = grid
    let isFlat = shape.count == 2
    let kernel = isFlat ? Extent(height: 1, width: window.kernel.width) : window.kernel
    let (rows, top) = Self.side(
      grid.height, kernel.height, isFlat ? 1 : window.stride.height, window.padding, window.dilation.height,
      isPadded: !isFlat)
    let (columns, left) = Self.side(
      grid.width, kernel.width, window.stride.width, window.padding, window.dilation.width, isPadded: true)
    let depth = grid.channels / groups
    let weights = reader.take(kernel.height * kernel.width * depth * filters)
    let bias = hasBias ? reader.take(filters) : Array(repeating: 0, count: filters)
    let outputs = samples.map { sample in
      var result: [Double] = []
      for row in 0..<rows {
        for column in 0..<columns {
          for filter in 0..<filters {
            let group = filter / (filters / groups)
            var sum = bias[filter]
            for a in 0..<kernel.height {
              let y = isFlat ? 0 : row * window.stride.height + a * window.dilation.height - top
              for b in 0..<kernel.width {
                let x = column * window.stride.width + b * window.dilation.width - left
                guard 0..<grid.height ~= y, 0..<grid.width ~= x else { continue }
                for channel in 0..<depth {
                  sum +=
                    sample[(y * grid.width + x) * grid.channels + group * depth + channel]
                    * weights[((a * kernel.width + b) * depth + channel) * filters + filter]
                }
              }
            }
            result.append(sum)
          }
        }
      }
      return result
    }
    return ReferenceBatch(shape: isFlat ? [columns, filters] : [rows, columns, filters], samples: outputs)
  }

  /// The outputs along a side and the zeros before it.
  private static func side(
    _ input: Int, _ kernel: Int, _ stride: Int, _ padding: Padding, _ dilation: Int, isPadded: Bool
  ) -> (count: Int, before: Int) {
    guard isPadded else { return (1, 0) }
    let reach = (kernel - 1) * dilation + 1
    switch padding {
    case .valid: return ((input - reach) / stride + 1, 0)
    case .each(let count): return ((input + 2 * count - reach) / stride + 1, count)
    case .same:
      let output = Int((Double(input) / Double(stride)).rounded(.up))
      return (output, max((output - 1) * stride + reach - input, 0) / 2)
    }
  }

  private func projected(to shape: [Int], _ reader: inout ParameterReader) -> ReferenceBatch {
    guard shape != self.shape else { return self }
    if shape.count == 1 { return dense(shape[0], hasBias: false, &reader) }
    let strides = zip(self.shape, shape).dropLast()
      .map { Int((Double($0) / Double($1)).rounded(.up)) }
    let stride = Extent(height: strides[0], width: strides[strides.count - 1])
    let filters = shape[shape.count - 1]
    return convolved(filters, ConvolutionWindow(kernel: 1, stride: stride), 1, hasBias: false, &reader)
  }

  // MARK: Others

  private func pooled(_ window: PoolingWindow, _ summary: ([Double]) -> Double) -> ReferenceBatch {
    let grid = grid
    let isFlat = shape.count == 2
    let size = isFlat ? Extent(height: 1, width: window.size.width) : window.size
    let rows = (grid.height - size.height) / window.stride.height + 1
    let columns = (grid.width - size.width) / window.stride.width + 1
    let outputs = samples.map { sample in
      var result: [Double] = []
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<grid.channels {
            var values: [Double] = []
            for a in 0..<size.height {
              for b in 0..<size.width {
                let (y, x) = (row * window.stride.height + a, column * window.stride.width + b)
                values.append(sample[(y * grid.width + x) * grid.channels + channel])
              }
            }
            result.append(summary(values))
          }
        }
      }
      return result
    }
    return ReferenceBatch(
      shape: isFlat ? [columns, grid.channels] : [rows, columns, grid.channels], samples: outputs)
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  private func batchNormalized(_ reader: inout ParameterReader) -> ReferenceBatch {
    let channels = channels
    let (gamma, beta) = (reader.take(channels), reader.take(channels))
    let moments = (0..<channels).map { channel in
      Self.moments(
        samples.flatMap { sample in stride(from: channel, to: sample.count, by: channels).map { sample[$0] } }
      )
    }
    return with(
      samples.map { sample in
        sample.enumerated().map { index, value in
          let channel = index % channels
          let (mean, variance) = moments[channel]
          return gamma[channel] * (value - mean) / (variance + 1e-5).squareRoot() + beta[channel]
        }
      })
  }

  private func layerNormalized(_ reader: inout ParameterReader) -> ReferenceBatch {
    let channels = channels
    let (gamma, beta) = (reader.take(channels), reader.take(channels))
    return with(
      samples.map { sample in
        stride(from: 0, to: sample.count, by: channels).flatMap { start in
          let row = Array(sample[start..<(start + channels)])
          let (mean, variance) = Self.moments(row)
          return row.enumerated().map { channel, value in
            gamma[channel] * (value - mean) / (variance + 1e-5).squareRoot() + beta[channel]
          }
        }
      })
  }

  private func adding(_ other: ReferenceBatch) -> ReferenceBatch {
    precondition(shape == other.shape, "addends have one shape")
    var sums = samples
    for (row, sample) in other.samples.enumerated() {
      for (index, value) in sample.enumerated() { sums[row][index] += value }
    }
    return with(sums)
  }

  private func concatenated(with other: ReferenceBatch) -> ReferenceBatch {
    let rows = shape.dropLast().reduce(1, *)
    let (width, otherWidth) = (channels, other.channels)
    var joined: [[Double]] = []
    for (left, right) in zip(samples, other.samples) {
      var sample: [Double] = []
      for row in 0..<rows {
        sample += left[(row * width)..<((row + 1) * width)]
        sample += right[(row * otherWidth)..<((row + 1) * otherWidth)]
      }
      joined.append(sample)
    }
    return ReferenceBatch(shape: shape.dropLast() + [channels + other.channels], samples: joined)
  }
}
