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
  /// What is subtracted from each value of a sample as it is stored, or from all: the mean less the value's origin.
  private let distances: [Double]

  /// What leaves values as they are but for adding their origins: one mean of 0 and one deviation of 1.
  static func none(origins: [Double]) -> Standardization {
    Standardization(means: [0], deviations: [1], distances: origins.isEmpty ? [0] : origins.map { -$0 })
  }

  private init(means: [Double], deviations: [Double], distances: [Double]) {
    self.means = means
    self.deviations = deviations
    self.distances = distances
  }

  /// The means and deviations of row-major values, a row a sample; computed in double precision in two
  /// passes.
  ///
  /// - Parameters:
  ///   - features: the values, each less its origin.
  ///   - valuesPerSample: how many make a sample.
  ///   - kind: whether each column has a mean and a deviation of its own.
  ///   - origins: the origin of each value of a sample; empty where all are 0.
  /// - Precondition: there is at least one sample.
  /// - Complexity: O(*values*).
  public init(
    fittedTo features: [Float], valuesPerSample: Int, kind: Dataset.Kind, origins: [Double] = []
  ) {
    precondition(
      valuesPerSample > 0 && !features.isEmpty && features.count.isMultiple(of: valuesPerSample),
      "a standardisation is fitted to whole samples, at least one")
    let groups = kind == .table ? valuesPerSample : 1
    let count = Double(features.count / groups)
    var means = [Double](repeating: 0, count: groups)
    Self.forEach(features, period: groups) { value, group in means[group] += Double(value) }
    for group in means.indices { means[group] /= count }
    var distances = means
    if !origins.isEmpty {
      // The mean of the origins of a group is added last: beside it the digits of a small mean would be lost.
      let common = groups == 1 ? origins.reduce(0, +) / Double(origins.count) : 0
      distances = origins.indices.map { groups == 1 ? means[0] + (common - origins[$0]) : means[$0] }
      for group in means.indices { means[group] += groups == 1 ? common : origins[group] }
    }
    var squares = [Double](repeating: 0, count: groups)
    Self.forEach(features, period: distances.count) { value, column in
      let distance = Double(value) - distances[column]
      squares[groups == 1 ? 0 : column] += distance * distance
    }
    self.means = means
    self.distances = distances
    self.deviations = squares.map { $0 > 0 ? ($0 / count).squareRoot() : 1 }
  }

  /// Standardises row-major values of the same shape and origins in place.
  ///
  /// - Complexity: O(*values*).
  public func apply(to features: inout [Float]) {
    precondition(
      features.count.isMultiple(of: distances.count), "a standardisation is applied to whole samples")
    let hasOneDeviation = deviations.count == 1
    features.withUnsafeMutableBufferPointer { features in
      var column = 0
      for index in features.indices {
        features[index] = Float(
          (Double(features[index]) - distances[column]) / deviations[hasOneDeviation ? 0 : column])
        column = column + 1 == distances.count ? 0 : column + 1
      }
    }
  }

  @inline(__always)
  private static func forEach(_ features: [Float], period: Int, _ body: (Float, Int) -> Void) {
    var column = 0
    for value in features {
      body(value, column)
      column = column + 1 == period ? 0 : column + 1
    }
  }
}
