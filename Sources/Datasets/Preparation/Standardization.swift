/// The shift and scale that give the training samples mean 0 and deviation 1.
///
/// A table is standardised column by column; an image by one mean and one deviation for all pixels, since
/// they share a unit and the dark rim would otherwise be blown up. It is fitted to the training part alone,
/// so that nothing of the other parts reaches the weights.
///
/// ```swift
/// let standardization = Standardization(fittedTo: training.features, valuesPerSample: 64, kind: .image)
/// standardization.apply(to: &validation.features)
/// ```
public struct Standardization: Hashable, Sendable {
  /// The mean of each column, or one mean for all values.
  public let means: [Double]
  /// The deviation of each column, with *n* in the denominator, or one for all values; 1 where all values are
  /// equal.
  public let deviations: [Double]

  /// The means and deviations of row-major values, a row a sample; computed in double precision in two
  /// passes.
  ///
  /// - Precondition: there is at least one sample.
  /// - Complexity: O(*values*).
  public init(fittedTo features: [Float], valuesPerSample: Int, kind: Dataset.Kind) {
    precondition(
      valuesPerSample > 0 && !features.isEmpty && features.count.isMultiple(of: valuesPerSample),
      "a standardisation is fitted to whole samples, at least one")
    let groups = kind == .table ? valuesPerSample : 1
    let count = Double(features.count / groups)
    var means = [Double](repeating: 0, count: groups)
    Self.forEach(features, groups: groups) { value, group in means[group] += Double(value) }
    for group in means.indices { means[group] /= count }
    var squares = [Double](repeating: 0, count: groups)
    Self.forEach(features, groups: groups) { value, group in
      let distance = Double(value) - means[group]
      squares[group] += distance * distance
    }
    self.means = means
    self.deviations = squares.map { $0 > 0 ? ($0 / count).squareRoot() : 1 }
  }

  /// Standardises row-major values of the same shape in place.
  ///
  /// - Complexity: O(*values*).
  public func apply(to features: inout [Float]) {
    precondition(features.count.isMultiple(of: means.count), "a standardisation is applied to whole samples")
    features.withUnsafeMutableBufferPointer { features in
      var group = 0
      for index in features.indices {
        features[index] = Float((Double(features[index]) - means[group]) / deviations[group])
        group = group + 1 == means.count ? 0 : group + 1
      }
    }
  }

  @inline(__always)
  private static func forEach(_ features: [Float], groups: Int, _ body: (Float, Int) -> Void) {
    var group = 0
    for value in features {
      body(value, group)
      group = group + 1 == groups ? 0 : group + 1
    }
  }
}
