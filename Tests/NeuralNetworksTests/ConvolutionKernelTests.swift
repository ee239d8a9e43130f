import CKernels
import Testing

/// The convolutions of every instruction set against the plain version, with forbidden memory around every array.
@Suite("Convolution kernels")
struct ConvolutionKernelTests {
  struct Case: CustomTestStringConvertible {
    var batch = 2
    var height = 7
    var width = 6
    var channels: Int
    var filters: Int
    var kernel = (3, 3)
    var stride = (1, 1)
    var dilation = (1, 1)
    /// Top, bottom, left, right.
    var padding = (1, 1, 1, 1)
    var groups = 1

    var shape: wattle_convolution {
      func output(_ side: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ zeros: Int) -> Int32 {
        Int32((side + zeros - dilation * (kernel - 1) - 1) / stride + 1)
      }
      return wattle_convolution(
        batch: Int32(batch), height: Int32(height), width: Int32(width), channels: Int32(channels),
        output_height: output(height, kernel.0, stride.0, dilation.0, padding.0 + padding.1),
        output_width: output(width, kernel.1, stride.1, dilation.1, padding.2 + padding.3),
        output_channels: Int32(filters), kernel_height: Int32(kernel.0), kernel_width: Int32(kernel.1),
        stride_height: Int32(stride.0), stride_width: Int32(stride.1), dilation_height: Int32(dilation.0),
        dilation_width: Int32(dilation.1), pad_top: Int32(padding.0), pad_bottom: Int32(padding.1),
        pad_left: Int32(padding.2), pad_right: Int32(padding.3), groups: Int32(groups))
    }

    var testDescription: String {
      "\(batch)×\(height)×\(width)×\(channels) to \(filters), kernel \(kernel), stride \(stride), "
        + "dilation \(dilation), padding \(padding), groups \(groups)"
    }
  }

  static let cases: [Case] = {
    var cases: [Case] = []
    for channels in [1, 3, 16, 17] {
      for filters in [1, 5, 16, 33] { cases.append(Case(channels: channels, filters: filters)) }
    }
    for channels in [1, 5, 16, 33] {
      cases.append(Case(channels: channels, filters: channels, groups: channels))
      cases.append(
        Case(
          channels: channels, filters: 2 * channels, kernel: (5, 3), stride: (2, 1), padding: (2, 2, 1, 1),
          groups: channels))
    }
    cases += [
      Case(channels: 6, filters: 9, groups: 3), Case(channels: 32, filters: 64, groups: 2),
      Case(channels: 8, filters: 16, kernel: (1, 1), padding: (0, 0, 0, 0)),
      Case(channels: 33, filters: 7, kernel: (1, 1), stride: (2, 2), padding: (0, 0, 0, 0)),
      Case(channels: 4, filters: 8, stride: (2, 2), padding: (0, 1, 0, 1)),
      Case(channels: 3, filters: 20, kernel: (2, 4), stride: (3, 2), padding: (0, 2, 3, 0)),
      Case(channels: 5, filters: 6, dilation: (2, 1), padding: (2, 2, 1, 1)),
      Case(channels: 5, filters: 18, stride: (2, 2), dilation: (1, 2), padding: (3, 0, 0, 4)),
      Case(batch: 1, height: 1, width: 19, channels: 4, filters: 12, kernel: (1, 5), padding: (0, 0, 2, 2)),
      Case(batch: 1, height: 1, width: 1, channels: 2, filters: 3),
      Case(batch: 3, height: 3, width: 3, channels: 16, filters: 32, padding: (0, 0, 0, 0)),
      Case(batch: 1, height: 13, width: 11, channels: 3, filters: 48, kernel: (7, 7), padding: (3, 3, 3, 3)),
    ]
    // Enough tiles for Winograd's way, with whole and broken ones, and blocks that are not full.
    for (channels, filters) in [(8, 8), (16, 16), (17, 33), (40, 24), (72, 80)] {
      cases.append(Case(batch: 3, height: 16, width: 12, channels: channels, filters: filters))
      cases.append(Case(batch: 5, height: 13, width: 10, channels: channels, filters: filters))
    }
    for padding in [(0, 0, 0, 0), (2, 2, 2, 2), (0, 2, 1, 0), (1, 0, 0, 2)] {
      cases.append(Case(batch: 9, height: 10, width: 13, channels: 16, filters: 32, padding: padding))
    }
    cases.append(Case(batch: 70, height: 8, width: 8, channels: 32, filters: 16))
    return cases
  }()

  @Test("Both ways of convolution are among the cases")
  func ways() {
    let uses = Self.cases.map { convolution in
      var shape = convolution.shape
      return wattle_uses_winograd(&shape) != 0
    }
    #expect(uses.count { $0 } >= 12)
    #expect(uses.count { !$0 } >= 30)
  }

  /// Differences relative to the largest number that is expected.
  private func difference(_ found: [Float], _ expected: [Float]) -> Float {
    let scale = expected.map(abs).max() ?? 0
    return maximumDifference(found, expected) / max(scale, 1e-3)
  }

  @Test("Forward equals the plain version", arguments: cases, GuardedMemory.Edge.allCases)
  func forward(_ convolution: Case, edge: GuardedMemory.Edge) {
    let memory = GuardedMemory(at: edge)
    defer { memory.free() }
    var shape = convolution.shape
    let (x, w, bias, outputs) = operands(shape, in: memory)
    for (hasBias, relu) in [(true, Int32(0)), (true, 1), (false, 0)] {
      var expected = [Float](repeating: 0, count: outputs)
      let bias = hasBias ? bias.start : nil
      wattle_convolution_forward_reference(&shape, x.start, w.start, bias, relu, &expected, nil)
      forEachInstructionSet { set in
        let y = memory.unwritten(outputs)
        let scratch = memory.unwritten(wattle_convolution_scratch(&shape))
        wattle_convolution_forward(&shape, x.start, w.start, bias, relu, y.start, scratch.start)
        #expect(difference(y.values, expected) < 1e-5, "instruction set \(set.rawValue)")
      }
    }
  }

  @Test("Backward equals the plain version", arguments: cases, GuardedMemory.Edge.allCases)
  func backward(_ convolution: Case, edge: GuardedMemory.Edge) {
    let memory = GuardedMemory(at: edge)
    defer { memory.free() }
    var shape = convolution.shape
    let (x, w, _, outputs) = operands(shape, in: memory)
    let dy = memory.floats(normals(outputs, seed: 9))
    var expectedInput = [Float](repeating: 0, count: x.count)
    var expectedWeights = [Float](repeating: 0, count: w.count)
    var expectedBias = [Float](repeating: 0, count: Int(shape.output_channels))
    wattle_convolution_backward_input_reference(&shape, dy.start, w.start, &expectedInput, nil)
    wattle_convolution_backward_weights_reference(
      &shape, x.start, dy.start, &expectedWeights, &expectedBias, nil)
    forEachInstructionSet { set in
      let dx = memory.unwritten(x.count)
      let dw = memory.unwritten(w.count)
      let db = memory.unwritten(expectedBias.count)
      let scratch = memory.unwritten(wattle_convolution_scratch(&shape))
      wattle_convolution_backward_input(&shape, dy.start, w.start, dx.start, scratch.start)
      wattle_convolution_backward_weights(&shape, x.start, dy.start, dw.start, db.start, scratch.start)
      #expect(difference(dx.values, expectedInput) < 1e-5, "input, instruction set \(set.rawValue)")
      #expect(difference(dw.values, expectedWeights) < 1e-5, "weights, instruction set \(set.rawValue)")
      #expect(difference(db.values, expectedBias) < 1e-5, "bias, instruction set \(set.rawValue)")
      let withoutBias = memory.unwritten(w.count)
      wattle_convolution_backward_weights(&shape, x.start, dy.start, withoutBias.start, nil, scratch.start)
      #expect(withoutBias.values == dw.values)
    }
  }

  @Test("A sample that is not a number makes outputs that are none, through a ReLU too")
  func notANumber() {
    let memory = GuardedMemory(at: .first)
    defer { memory.free() }
    var shape = Case(channels: 16, filters: 16).shape
    let (x, w, bias, outputs) = operands(shape, in: memory)
    x.start[0] = .nan
    forEachInstructionSet { set in
      let y = memory.floats(Array(repeating: 0, count: outputs))
      let scratch = memory.unwritten(wattle_convolution_scratch(&shape))
      wattle_convolution_forward(&shape, x.start, w.start, bias.start, 1, y.start, scratch.start)
      #expect(y.values[0..<16].allSatisfy { $0.isNaN }, "instruction set \(set.rawValue)")
    }
  }

  private func operands(
    _ shape: wattle_convolution, in memory: GuardedMemory
  ) -> (x: GuardedMemory.Floats, w: GuardedMemory.Floats, bias: GuardedMemory.Floats, outputs: Int) {
    let inputs = Int(shape.batch * shape.height * shape.width * shape.channels)
    let weights = Int(
      shape.kernel_height * shape.kernel_width * (shape.channels / shape.groups) * shape.output_channels)
    return (
      memory.floats(normals(inputs, seed: 6)), memory.floats(normals(weights, seed: 7)),
      memory.floats(normals(Int(shape.output_channels), seed: 8)),
      Int(shape.batch * shape.output_height * shape.output_width * shape.output_channels)
    )
  }
}
