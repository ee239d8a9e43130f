import SearchSpaces

/// Points of a space as vectors whose distances say how different the points are.
///
/// - A number is its fraction of the range, in the range's scale.
/// - An option is a coordinate of its own, so that all options are equally far from each other: a distance of 1.
/// - A parameter that a point does not have lies off the middle of those that have it, at a distance of 1 along a
///   coordinate of its own.
struct PointFeatures: Sendable {
  /// For each coordinate the place of its parameter in the space.
  let parameters: [Int]
  private let domains: [ParameterDomain]

  init(of space: ParameterSpace) {
    domains = space.parameters.map(\.domain)
    parameters = domains.enumerated().flatMap { index, domain in
      let width = if case .options(let labels) = domain { labels.count + 1 } else { 2 }
      return [Int](repeating: index, count: width)
    }
  }

  /// The number of coordinates.
  var width: Int { parameters.count }

  /// The number of parameters.
  var parameterCount: Int { domains.count }

  /// The coordinates of a point.
  ///
  /// - Parameter places: see `TrialHistory.Entry.places`.
  func vector(of places: [Double]) -> [Double] {
    var vector: [Double] = []
    vector.reserveCapacity(width)
    for (domain, place) in zip(domains, places) {
      if case .options(let labels) = domain {
        // Two unit vectors have the distance √2.
        for index in 0...labels.count {
          let isHere = place.isNaN ? index == labels.count : index == Int(place)
          vector.append(isHere ? 0.5.squareRoot() : 0)
        }
      } else {
        vector.append(place.isNaN ? 0.5 : place)
        vector.append(place.isNaN ? 1 : 0)
      }
    }
    return vector
  }
}
