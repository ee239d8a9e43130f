/// The values of a data set as names: what an embedding takes.
public struct DatasetNames: Sendable {
  /// The first value that is no whole number from 0 on.
  private var other: Place?
  private var largest = Place(value: -1, sample: 0)
  private let dataset: String

  private struct Place {
    var value: Double
    var sample: Int
  }

  /// The names in a data set.
  ///
  /// - Complexity: O(*values*).
  public init(of dataset: Dataset) {
    self.dataset = dataset.name
    let width = dataset.valuesPerSample
    for (index, feature) in dataset.features.enumerated() {
      let origin = dataset.featureOrigins.isEmpty ? 0 : dataset.featureOrigins[index % width]
      let value = Double(feature) + origin
      if !(value >= 0 && value == value.rounded()) {
        other = Place(value: value, sample: index / width)
        return
      }
      if value > largest.value { largest = Place(value: value, sample: index / width) }
    }
  }

  /// Whether all values are whole numbers in 0 ..< vocabulary.
  public func fit(vocabulary: Int) -> Bool { other == nil && largest.value < Double(vocabulary) }

  /// The value that fits least, with its sample, counted from 1: `7.5 in sample 3 of words.csv`.
  public var misfit: String {
    let place = other ?? largest
    return "\(Float(place.value)) in sample \(place.sample + 1) of \(dataset)"
  }
}
