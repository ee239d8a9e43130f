import CKernels
import Testing

/// The poolings of every instruction set against the plain version, with forbidden memory around every array.
@Suite("Pooling kernels")
struct PoolingKernelTests {
  /// Height, width, channels; window; stride.
  static let cases: [(sides: (Int, Int, Int), window: (Int, Int), stride: (Int, Int))] = [1, 3, 16, 17, 40]
    .flatMap {
      channels in
      [
        ((8, 8, channels), (2, 2), (2, 2)), ((7, 5, channels), (2, 2), (2, 2)),
        ((7, 6, channels), (3, 2), (1, 2)), ((5, 5, channels), (1, 2), (3, 3)),
        ((1, 9, channels), (1, 3), (1, 3)), ((4, 3, channels), (4, 3), (1, 1)),
      ]
    }

  private func shape(_ index: Int) -> wattle_pooling {
    let (sides, window, stride) = Self.cases[index]
    return wattle_pooling(
      batch: 2, height: Int32(sides.0), width: Int32(sides.1), channels: Int32(sides.2),
      output_height: Int32((sides.0 - window.0) / stride.0 + 1),
      output_width: Int32((sides.1 - window.1) / stride.1 + 1), window_height: Int32(window.0),
      window_width: Int32(window.1), stride_height: Int32(stride.0), stride_width: Int32(stride.1))
  }

  private func counts(_ shape: wattle_pooling) -> (inputs: Int, outputs: Int) {
    (
      Int(shape.batch * shape.height * shape.width * shape.channels),
      Int(shape.batch * shape.output_height * shape.output_width * shape.channels)
    )
  }

  @Test("Max pooling equals the plain version, also among equal values", arguments: 0..<cases.count)
  func maximum(index: Int) {
    var shape = shape(index)
    let (inputs, outputs) = counts(shape)
    // Few different values, so that windows hold equal ones.
    let values = normals(inputs).map { $0.rounded() }
    let gradient = normals(outputs, seed: 2)
    var expected = [Float](repeating: 0, count: outputs)
    var expectedPlaces = [Int32](repeating: 0, count: outputs)
    var expectedGradient = [Float](repeating: .nan, count: inputs)
    wattle_max_pool_reference(&shape, values, &expected, &expectedPlaces)
    wattle_max_pool_backward_reference(&shape, gradient, expectedPlaces, &expectedGradient)
    for edge in GuardedMemory.Edge.allCases {
      let memory = GuardedMemory(at: edge)
      defer { memory.free() }
      let x = memory.floats(values)
      let dy = memory.floats(gradient)
      forEachInstructionSet { set in
        let y = memory.unwritten(outputs)
        let dx = memory.unwritten(inputs)
        var places = [Int32](repeating: -1, count: outputs)
        wattle_max_pool(&shape, x.start, y.start, &places)
        wattle_max_pool_backward(&shape, dy.start, places, dx.start)
        #expect(y.values == expected && places == expectedPlaces, "instruction set \(set.rawValue)")
        #expect(maximumDifference(dx.values, expectedGradient) < 1e-6, "instruction set \(set.rawValue)")
      }
    }
  }

  @Test("Average pooling equals the plain version", arguments: 0..<cases.count)
  func average(index: Int) {
    var shape = shape(index)
    let (inputs, outputs) = counts(shape)
    let values = normals(inputs)
    let gradient = normals(outputs, seed: 2)
    var expected = [Float](repeating: 0, count: outputs)
    var expectedGradient = [Float](repeating: .nan, count: inputs)
    wattle_average_pool_reference(&shape, values, &expected)
    wattle_average_pool_backward_reference(&shape, gradient, &expectedGradient)
    for edge in GuardedMemory.Edge.allCases {
      let memory = GuardedMemory(at: edge)
      defer { memory.free() }
      let x = memory.floats(values)
      let dy = memory.floats(gradient)
      let y = memory.unwritten(outputs)
      let dx = memory.unwritten(inputs)
      wattle_average_pool(&shape, x.start, y.start)
      wattle_average_pool_backward(&shape, dy.start, dx.start)
      #expect(maximumDifference(y.values, expected) < 1e-5)
      #expect(maximumDifference(dx.values, expectedGradient) < 1e-5)
    }
  }

  @Test(
    "A value that is not a number is the largest of its window, wherever it stands", arguments: [1, 16, 17])
  func notANumber(channels: Int) {
    var shape = wattle_pooling(
      batch: 1, height: 2, width: 2, channels: Int32(channels), output_height: 1, output_width: 1,
      window_height: 2, window_width: 2, stride_height: 2, stride_width: 2)
    forEachInstructionSet { set in
      for place in 0..<4 {
        var x = [Float](repeating: 1, count: 4 * channels)
        x[place * channels] = .nan
        var y = [Float](repeating: 0, count: channels)
        var places = [Int32](repeating: 0, count: channels)
        wattle_max_pool(&shape, x, &y, &places)
        #expect(y[0].isNaN && places[0] == Int32(place * channels), "instruction set \(set.rawValue)")
        #expect(y.dropFirst().allSatisfy { $0 == 1 })
      }
    }
  }
}
