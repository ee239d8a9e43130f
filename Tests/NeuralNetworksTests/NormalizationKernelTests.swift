import CKernels
import Testing

/// The normalisations of every instruction set against the plain version, with forbidden memory around every array.
@Suite("Normalisation kernels")
struct NormalizationKernelTests {
  static let sizes = [(1, 1), (1, 17), (2, 3), (7, 16), (33, 5), (50, 33), (257, 64)].map { [$0.0, $0.1] }

  @Test("Batch norm equals the plain version, training and inference", arguments: sizes, [Int32(0), 1])
  func batchNorm(size: [Int], relu: Int32) {
    let (rows, channels) = (size[0], size[1])
    // Far from 0, where a variance from the mean of squares would lose its digits.
    let values = normals(rows * channels).map { 3 * $0 + 20 }
    let gamma = normals(channels, seed: 2)
    let beta = normals(channels, seed: 3)
    let gradient = normals(rows * channels, seed: 4)
    var means = normals(channels, seed: 5)
    var variances = normals(channels, seed: 6).map { abs($0) + 0.1 }
    let (startMeans, startVariances) = (means, variances)
    var (y, mean, deviation) = (values, gamma, gamma)
    wattle_batch_norm_training_reference(
      rows, channels, values, gamma, beta, 1e-5, 0.1, relu, &means, &variances, &mean, &deviation, &y)
    var inference = values
    wattle_batch_norm_inference_reference(
      rows, channels, values, gamma, beta, 1e-5, relu, means, variances, &inference)
    var (dx, dgamma, dbeta) = (values, gamma, gamma)
    wattle_batch_norm_backward_reference(
      rows, channels, values, gamma, beta, mean, deviation, relu, gradient, &dx, &dgamma, &dbeta)

    for edge in GuardedMemory.Edge.allCases {
      let memory = GuardedMemory(at: edge)
      defer { memory.free() }
      forEachInstructionSet { set in
        let (x, g, b, dy) = (
          memory.floats(values), memory.floats(gamma), memory.floats(beta), memory.floats(gradient)
        )
        let (runningMeans, runningVariances) = (memory.floats(startMeans), memory.floats(startVariances))
        let (foundMean, foundDeviation) = (memory.unwritten(channels), memory.unwritten(channels))
        let found = memory.unwritten(rows * channels)
        wattle_batch_norm_training(
          rows, channels, x.start, g.start, b.start, 1e-5, 0.1, relu, runningMeans.start,
          runningVariances.start, foundMean.start, foundDeviation.start, found.start)
        // One row has no variance: its deviation is that of epsilon, and errors are magnified.
        let tolerance: Float = rows < 3 ? 3e-2 : 2e-5
        #expect(maximumDifference(found.values, y) < tolerance, "instruction set \(set.rawValue)")
        #expect(maximumDifference(runningMeans.values, means) < 1e-5)
        #expect(maximumDifference(runningVariances.values, variances) < 1e-4)
        #expect(maximumDifference(foundMean.values, mean) < 1e-5)
        // In place, as the network has it.
        let inPlace = memory.floats(values)
        wattle_batch_norm_inference(
          rows, channels, inPlace.start, g.start, b.start, 1e-5, relu, memory.floats(means).start,
          memory.floats(variances).start, inPlace.start)
        #expect(maximumDifference(inPlace.values, inference) < 2e-4)
        let (foundInput, foundGamma, foundBeta) = (
          memory.unwritten(rows * channels), memory.unwritten(channels), memory.unwritten(channels)
        )
        wattle_batch_norm_backward(
          rows, channels, x.start, g.start, b.start, memory.floats(mean).start,
          memory.floats(deviation).start, relu, dy.start, foundInput.start, foundGamma.start, foundBeta.start)
        let scale = max(1, deviation.max() ?? 1)
        #expect(maximumDifference(foundInput.values, dx) < 2e-5 * scale, "instruction set \(set.rawValue)")
        #expect(maximumDifference(foundGamma.values, dgamma) < 1e-4 * scale)
        #expect(maximumDifference(foundBeta.values, dbeta) < 1e-4)
        // In place, as the network has it.
        wattle_batch_norm_backward(
          rows, channels, x.start, g.start, b.start, memory.floats(mean).start,
          memory.floats(deviation).start, relu, dy.start, dy.start, foundGamma.start, foundBeta.start)
        #expect(dy.values == foundInput.values)
      }
    }
  }

  /// Height, width, channels; window.
  static let pooledCases: [[Int]] = [
    [4, 6, 1, 2, 2], [2, 3, 5, 1, 3], [8, 8, 16, 2, 2], [4, 4, 33, 4, 2], [6, 6, 64, 3, 2],
    [2, 2, 112, 2, 2],
  ]

  @Test(
    "Batch norm, ReLU and pooling in one equal the plain versions one after the other",
    arguments: pooledCases,
    [Float(0), 2])
  func pooledBatchNorm(sides: [Int], leastGamma: Float) {
    var shape = wattle_pooling(
      batch: 3, height: Int32(sides[0]), width: Int32(sides[1]), channels: Int32(sides[2]),
      output_height: Int32(sides[0] / sides[3]), output_width: Int32(sides[1] / sides[4]),
      window_height: Int32(sides[3]), window_width: Int32(sides[4]), stride_height: Int32(sides[3]),
      stride_width: Int32(sides[4]))
    let channels = sides[2]
    let rows = 3 * sides[0] * sides[1]
    let outputs = rows / (sides[3] * sides[4]) * channels
    let values = normals(rows * channels).map { 3 * $0 + 20 }
    // Factors below 0 turn the smallest into the largest.
    let gamma = normals(channels, seed: 2).map { $0 < 0 ? $0 - leastGamma : $0 + leastGamma }
    let beta = normals(channels, seed: 3)
    let gradient = normals(outputs, seed: 4)
    let (startMeans, startVariances) = (beta, gamma.map { abs($0) + 0.1 })
    var (means, variances) = (startMeans, startVariances)
    var (z, mean, deviation) = (values, gamma, gamma)
    var (y, places) = ([Float](repeating: 0, count: outputs), [Int32](repeating: 0, count: outputs))
    wattle_batch_norm_training_reference(
      rows, channels, values, gamma, beta, 1e-5, 0.1, 1, &means, &variances, &mean, &deviation, &z)
    wattle_max_pool_reference(&shape, z, &y, &places)
    var (dz, dx, dgamma, dbeta) = (values, values, gamma, gamma)
    wattle_max_pool_backward_reference(&shape, gradient, places, &dz)
    wattle_batch_norm_backward_reference(
      rows, channels, values, gamma, beta, mean, deviation, 1, dz, &dx, &dgamma, &dbeta)
    var (inferred, pooled) = (values, y)
    wattle_batch_norm_inference_reference(
      rows, channels, values, gamma, beta, 1e-5, 1, means, variances, &inferred)
    wattle_max_pool_reference(&shape, inferred, &pooled, &places)

    for edge in GuardedMemory.Edge.allCases {
      let memory = GuardedMemory(at: edge)
      defer { memory.free() }
      let (x, g, b, dy) = (
        memory.floats(values), memory.floats(gamma), memory.floats(beta), memory.floats(gradient)
      )
      forEachInstructionSet { set in
        let (runningMeans, runningVariances) = (memory.floats(startMeans), memory.floats(startVariances))
        let (foundMean, foundDeviation) = (memory.unwritten(channels), memory.unwritten(channels))
        let (found, foundPlaces) = (memory.unwritten(outputs), memory.unwritten(outputs))
        foundPlaces.start.withMemoryRebound(to: Int32.self, capacity: outputs) { places in
          wattle_batch_norm_max_pool_training(
            &shape, x.start, g.start, b.start, 1e-5, 0.1, runningMeans.start, runningVariances.start,
            foundMean.start, foundDeviation.start, found.start, places)
          #expect(maximumDifference(found.values, y) < 2e-5, "instruction set \(set.rawValue)")
          #expect(maximumDifference(runningMeans.values, means) < 1e-5)
          #expect(maximumDifference(runningVariances.values, variances) < 1e-4)
          let (foundInput, foundGamma, foundBeta) = (
            memory.unwritten(rows * channels), memory.unwritten(channels), memory.unwritten(channels)
          )
          wattle_batch_norm_max_pool_backward(
            &shape, x.start, found.start, places, g.start, b.start, foundMean.start, foundDeviation.start,
            dy.start,
            foundInput.start, foundGamma.start, foundBeta.start)
          let scale = max(1, deviation.max() ?? 1)
          #expect(maximumDifference(foundInput.values, dx) < 2e-5 * scale, "instruction set \(set.rawValue)")
          #expect(maximumDifference(foundGamma.values, dgamma) < 1e-4 * scale)
          #expect(maximumDifference(foundBeta.values, dbeta) < 1e-4)
          // In place, as the network has it.
          let inPlace = memory.floats(values)
          wattle_batch_norm_max_pool_backward(
            &shape, inPlace.start, found.start, places, g.start, b.start, foundMean.start,
            foundDeviation.start,
            dy.start, inPlace.start, foundGamma.start, foundBeta.start)
          #expect(inPlace.values == foundInput.values)
        }
        let inference = memory.unwritten(outputs)
        wattle_batch_norm_max_pool_inference(
          &shape, x.start, g.start, b.start, 1e-5, memory.floats(means).start, memory.floats(variances).start,
          inference.start)
        #expect(maximumDifference(inference.values, pooled) < 2e-4, "instruction set \(set.rawValue)")
      }
    }
  }

  @Test("Layer norm equals the plain version", arguments: sizes)
  func layerNorm(size: [Int]) {
    let (rows, columns) = (size[0], size[1])
    let values = normals(rows * columns).map { 3 * $0 + 20 }
    let gamma = normals(columns, seed: 2)
    let beta = normals(columns, seed: 3)
    let gradient = normals(rows * columns, seed: 4)
    var (y, dx) = (values, values)
    var (mean, deviation) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
    var (dgamma, dbeta) = (gamma, gamma)
    wattle_layer_norm_reference(rows, columns, values, gamma, beta, 1e-5, &mean, &deviation, &y)
    wattle_layer_norm_backward_reference(
      rows, columns, values, gamma, mean, deviation, gradient, &dx, &dgamma, &dbeta)
    for edge in GuardedMemory.Edge.allCases {
      let memory = GuardedMemory(at: edge)
      defer { memory.free() }
      forEachInstructionSet { set in
        let (x, g) = (memory.floats(values), memory.floats(gamma))
        let (found, foundMean, foundDeviation) = (
          memory.unwritten(rows * columns), memory.unwritten(rows), memory.unwritten(rows)
        )
        wattle_layer_norm(
          rows, columns, x.start, g.start, memory.floats(beta).start, 1e-5, foundMean.start,
          foundDeviation.start,
          found.start)
        let tolerance: Float = columns < 3 ? 3e-2 : 3e-5
        #expect(maximumDifference(found.values, y) < tolerance, "instruction set \(set.rawValue)")
        #expect(maximumDifference(foundMean.values, mean) < 1e-5)
        let (foundInput, foundGamma, foundBeta) = (
          memory.unwritten(rows * columns), memory.unwritten(columns), memory.unwritten(columns)
        )
        wattle_layer_norm_backward(
          rows, columns, x.start, g.start, memory.floats(mean).start, memory.floats(deviation).start,
          memory.floats(gradient).start, foundInput.start, foundGamma.start, foundBeta.start)
        let scale = max(1, deviation.max() ?? 1)
        #expect(maximumDifference(foundInput.values, dx) < 2e-5 * scale, "instruction set \(set.rawValue)")
        #expect(maximumDifference(foundGamma.values, dgamma) < 1e-4 * scale)
        #expect(maximumDifference(foundBeta.values, dbeta) < 1e-4)
      }
    }
  }

  @Test("A value that is not a number makes its channel or row one, through a ReLU too")
  func notANumber() {
    var x = normals(8 * 17)
    x[17 * 3 + 5] = .nan
    let gamma = [Float](repeating: 1, count: 17)
    let beta = [Float](repeating: 0, count: 17)
    forEachInstructionSet { set in
      var (y, means, variances, mean, deviation) = (x, beta, gamma, beta, beta)
      wattle_batch_norm_training(
        8, 17, x, gamma, beta, 1e-5, 0.1, 1, &means, &variances, &mean, &deviation, &y)
      #expect((0..<8).allSatisfy { y[17 * $0 + 5].isNaN }, "instruction set \(set.rawValue)")
      var shape = wattle_pooling(
        batch: 1, height: 2, width: 4, channels: 17, output_height: 1, output_width: 2, window_height: 2,
        window_width: 2, stride_height: 2, stride_width: 2)
      var (pooled, places) = ([Float](repeating: 0, count: 34), [Int32](repeating: 0, count: 34))
      wattle_batch_norm_max_pool_training(
        &shape, x, gamma, beta, 1e-5, 0.1, &means, &variances, &mean, &deviation, &pooled, &places)
      #expect(pooled[5].isNaN && pooled[22].isNaN && !pooled[4].isNaN, "instruction set \(set.rawValue)")
      var (rowMean, rowDeviation) = ([Float](repeating: 0, count: 8), [Float](repeating: 0, count: 8))
      wattle_layer_norm(8, 17, x, gamma, beta, 1e-5, &rowMean, &rowDeviation, &y)
      #expect(y[(17 * 3)..<(17 * 4)].allSatisfy { $0.isNaN }, "instruction set \(set.rawValue)")
    }
  }
}
