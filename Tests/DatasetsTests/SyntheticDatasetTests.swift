import Datasets
import Numerics
import Testing

@Suite("A synthetic data set")
struct SyntheticDatasetTests {
  private func shares(_ data: Dataset) -> [Double] {
    (0..<Int32(data.classCount)).map { label in
      Double(data.labels.count { $0 == label }) / Double(data.count)
    }
  }

  /// The share of the last quarter of samples whose nearest of the first three quarters has their label.
  private func nearestNeighbourAccuracy(_ data: Dataset) -> Double {
    let width = data.valuesPerSample
    let known = data.count * 3 / 4
    var right = 0
    for sample in known..<data.count {
      var best = (distance: Float.infinity, label: Int32(-1))
      for other in 0..<known {
        var distance: Float = 0
        for value in 0..<width {
          let difference = data.features[sample * width + value] - data.features[other * width + value]
          distance += difference * difference
        }
        if distance < best.distance { best = (distance, data.labels[other]) }
      }
      if best.label == data.labels[sample] { right += 1 }
    }
    return Double(right) / Double(data.count - known)
  }

  /// The share of the last quarter of samples that a linear model gets right: one least-squares score a class, fitted
  /// to the first three quarters by gradient descent.
  private func linearAccuracy(_ data: Dataset) -> Double {
    let width = data.valuesPerSample
    let known = data.count * 3 / 4
    var weights = [Double](repeating: 0, count: data.classCount * (width + 1))
    func scores(_ sample: Int) -> [Double] {
      (0..<data.classCount).map { label in
        let start = label * (width + 1)
        return (0..<width).reduce(weights[start + width]) {
          $0 + weights[start + $1] * Double(data.features[sample * width + $1])
        }
      }
    }
    let rate = 0.3 / Double(width + 1)
    for pass in 0..<8 {
      for sample in 0..<known {
        for (label, score) in scores(sample).enumerated() {
          let error = score - (Int32(label) == data.labels[sample] ? 1 : 0)
          let step = rate * error / Double(1 + pass)
          for value in 0..<width {
            weights[label * (width + 1) + value] -= step * Double(data.features[sample * width + value])
          }
          weights[label * (width + 1) + width] -= step
        }
      }
    }
    let right = (known..<data.count).count { sample in
      let scores = scores(sample)
      return scores.indices.max { scores[$0] < scores[$1] } == Int(data.labels[sample])
    }
    return Double(right) / Double(data.count - known)
  }

  @Test("is the same for the same seed, another one for another seed")
  func seeds() throws {
    let pairs: [(UInt64) -> DatasetReference.Source] = [
      { .teacher(TeacherDataset(samples: 50, values: 5, seed: $0)) },
      { .spirals(SpiralsDataset(samples: 50, seed: $0)) },
      { .glyphs(GlyphsDataset(samples: 50, size: 8, seed: $0)) },
      { .friedman(FriedmanDataset(samples: 50, seed: $0)) },
    ]
    for source in pairs {
      let first = try DatasetReference(source(1)).load()
      #expect(try DatasetReference(source(1)).load().features == first.features)
      #expect(try DatasetReference(source(2)).load().features != first.features)
      #expect(first.source.contains("drawn by this program") && first.features.allSatisfy { $0.isFinite })
    }
  }

  @Test("has the values that it had when it was made")
  func golden() throws {
    let teacher = try TeacherDataset(samples: 12, values: 3, classes: 4).load()
    #expect(teacher.labels == [1, 2, 1, 2, 3, 1, 0, 1, 0, 3, 3, 2])
    #expect(isNear(Array(teacher.features[..<3]), [-0.116257794, 1.3965985, -0.10981363]))
    let spirals = try SpiralsDataset(samples: 4).load()
    #expect(
      isNear(
        spirals.features,
        [0.2797209, 0.704366, -0.087285034, -0.06479441, 0.55100125, 0.5209627, -0.6322836, -0.32013786]))
    let friedman = try FriedmanDataset(samples: 2, values: 5).load()
    #expect(
      friedman.features == [
        0.2202754, 0.8654495, 0.085900426, 0.4331439, 0.6892666, 0.29688507, 0.51988876, 0.27975565,
        0.48235023, 0.35412252,
      ])
    #expect(isNear(friedman.targets.map(Float.init), [16.269384, 12.066018]))
    // Without noise the pixels are exact arithmetic.
    let glyphs = try GlyphsDataset(samples: 2, size: 4, noise: 0).load()
    let pixels: [Float] = [
      0.0, 0.31663874, 0.10554625, 0.0, 0.52773124, 0.94991624, 0.84437, 0.0, 0.52773124, 0.94991624,
      0.7388238, 0.0, 0.0, 0.2110925, 0.0, 0.0, 0.15943329, 0.39858323, 0.23914994, 0.079716645, 0.39858323,
      0.71744984, 0.71744984, 0.15943329, 0.4782999, 0.71744984, 0.71744984, 0.0, 0.0, 0.15943329, 0.23914994,
      0.0,
    ]
    #expect(glyphs.features == pixels)
  }

  /// Whether values are equal but for what another mathematics library may round otherwise.
  private func isNear(_ values: [Float], _ expected: [Float]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test("of a teacher has the default size of the life-cycle experiments: 100,000 samples of 100 values")
  func teacherSize() throws {
    let data = try TeacherDataset().load()
    #expect(
      data.count == 100_000 && data.sampleShape == [100] && data.classCount == 10 && data.kind == .table)
    #expect(shares(data).allSatisfy { (0.05...0.2).contains($0) }, "\(shares(data))")
    // Means and deviations of standard normal values.
    let mean = data.features.reduce(0) { $0 + Double($1) } / 1e7
    let square = data.features.reduce(0) { $0 + Double($1) * Double($1) } / 1e7
    #expect(abs(mean) < 0.002 && abs(square - 1) < 0.003)
  }

  @Test("of a teacher has the same samples whatever their number, and the same labels but for the noise")
  func teacherPrefix() throws {
    let small = try TeacherDataset(samples: 100, values: 7).load()
    let large = try TeacherDataset(samples: 5_000, values: 7).load()
    #expect(Array(large.features[..<700]) == small.features && Array(large.labels[..<100]) == small.labels)
    let noisy = TeacherDataset(samples: 5_000, values: 7, noise: 0.3)
    let flipped = try noisy.load()
    #expect(flipped.features == large.features)
    let kept = zip(flipped.labels, large.labels).count { $0 == $1 }
    #expect(noisy.ceiling == 0.7 && abs(Double(kept) / 5_000 - noisy.ceiling) < 0.02)
    #expect(TeacherDataset().ceiling == 1 && TeacherDataset(classes: 2, noise: 0.9).ceiling == 0.9)
  }

  @Test("of a teacher can be learnt: a linear model is far above chance, and below the ceiling")
  func teacherLearnability() throws {
    let accuracy = try linearAccuracy(TeacherDataset(samples: 8_000, values: 20, classes: 4).load())
    #expect(accuracy > 0.6 && accuracy < 0.97, "\(accuracy)")
  }

  @Test("of spirals has arms of equal size that neighbours tell apart and a line does not")
  func spirals() throws {
    let data = try SpiralsDataset(samples: 2_000, arms: 3).load()
    #expect(data.sampleShape == [2] && data.classCount == 3)
    #expect(shares(data).allSatisfy { abs($0 - 1.0 / 3) < 0.001 })
    #expect(nearestNeighbourAccuracy(data) > 0.97)
    #expect(linearAccuracy(data) < 0.6)
    #expect(data.features.allSatisfy { abs($0) < 1.2 })
  }

  @Test("of glyphs has images of any size whose shapes neighbours tell apart", arguments: [8, 12, 28])
  func glyphs(size: Int) throws {
    let data = try GlyphsDataset(samples: 1_200, size: size, jitter: 0.05).load()
    #expect(data.sampleShape == [size, size, 1] && data.kind == .image && data.classCount == 5)
    #expect(data.classNames == ["circle", "square", "triangle", "cross", "bar"])
    #expect(shares(data).allSatisfy { $0 == 0.2 })
    #expect(nearestNeighbourAccuracy(data) > 0.9)
  }

  @Test("of glyphs shows each shape without noise in its own pixels")
  func shapes() throws {
    let data = try GlyphsDataset(samples: 10, size: 16, classes: 10, jitter: 0, noise: 0).load()
    #expect(data.features.allSatisfy { (0...1).contains($0) })
    let images = (0..<10).map { Array(data.features[($0 * 256)..<(($0 + 1) * 256)]) }
    // The corners are black, the shapes are there, and no two shapes are the same.
    for (index, image) in images.enumerated() {
      #expect(image[0] == 0 && image[15] == 0 && image[255] == 0)
      #expect(image.reduce(0, +) > 10, "\(GlyphsDataset.Shape.allCases[index])")
      #expect(images[(index + 1)...].allSatisfy { $0.map { $0 > 0.3 } != image.map { $0 > 0.3 } })
    }
    // Only the two rims are black in the middle.
    let center = 8 * 16 + 8
    #expect(
      images.map { $0[center] < 0.3 } == [false, false, false, false, false, true, true, false, false, false])
  }

  @Test("of Friedman has targets that are its formula plus noise of the given deviation")
  func friedman() throws {
    let data = try FriedmanDataset(samples: 20_000, values: 6, noise: 0.5).load()
    #expect(data.task == .regression && data.sampleShape == [6] && data.labels.isEmpty)
    #expect(data.features.allSatisfy { $0 >= 0 && $0 < 1 })
    let residuals = (0..<data.count).map { sample in
      let x = data.features[(sample * 6)..<(sample * 6 + 6)].map(Double.init)
      let product = 10 * sine(.pi * x[0] * x[1])
      return data.targets[sample] - product - 20 * (x[2] - 0.5) * (x[2] - 0.5) - 10 * x[3] - 5 * x[4]
    }
    #expect(abs(Statistics.mean(residuals)) < 0.015)
    let square = residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)
    #expect(abs(square.squareRoot() - 0.5) < 0.01)
    let targets = data.targets
    let mean = Statistics.mean(targets)
    let deviation = (targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(targets.count))
      .squareRoot()
    #expect(abs(deviation - 4.9) < 0.15)
  }

  /// The sine by its power series, so that the test does not use what it tests.
  private func sine(_ angle: Double) -> Double {
    var term = angle
    var sum = angle
    for index in 1..<20 {
      term *= -angle * angle / Double(2 * index * (2 * index + 1))
      sum += term
    }
    return sum
  }

  @Test("refuses options out of their range, and sizes that memory does not hold")
  func errors() {
    let messages: [(DatasetReference.Source, String)] = [
      (.teacher(TeacherDataset(samples: 0)), "samples: expected an integer from 1 to 2147483647, got 0"),
      (.teacher(TeacherDataset(classes: 1)), "classes: expected an integer from 2 to 2147483647, got 1"),
      (.teacher(TeacherDataset(noise: .nan)), "noise: expected a number from 0.0 to 1.0, got nan"),
      (.spirals(SpiralsDataset(arms: 1)), "arms: expected an integer from 2 to 2147483647, got 1"),
      (.glyphs(GlyphsDataset(classes: 11)), "classes: expected an integer from 2 to 10, got 11"),
      (.glyphs(GlyphsDataset(size: 3)), "size: expected an integer from 4 to 2147483647, got 3"),
      (.friedman(FriedmanDataset(values: 4)), "values: expected an integer from 5 to 2147483647, got 4"),
    ]
    for (source, expected) in messages {
      #expect(outcome { try DatasetReference(source).load() } == expected)
    }
    for source in [
      DatasetReference.Source.teacher(TeacherDataset(samples: 2_000_000_000, values: 2_000_000_000)),
      .glyphs(GlyphsDataset(samples: 2_000_000_000, size: 2_000_000_000)),
      .friedman(FriedmanDataset(samples: 2_000_000_000, values: 1_000_000)),
    ] {
      #expect(outcome { try DatasetReference(source).load() }.contains("bytes in one piece"))
    }
  }
}
