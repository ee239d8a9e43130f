extension RandomStream {
  /// A draw from the gamma distribution of the given shape and scale 1; its mean is the shape.
  ///
  /// Marsaglia and Tsang 2000, "A simple method for generating gamma variables", ACM TOMS 26(3); shapes below
  /// 1 by their boost, a draw of shape + 1 times u^(1 / shape).
  ///
  /// - Precondition: `shape` is positive and finite.
  /// - Complexity: O(1); about 1.05 normal and uniform draws.
  public mutating func gamma(shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "a gamma draw needs a positive, finite shape")
    if shape < 1 {
      let boost = (positiveUniform().logarithm / shape).exponential
      return gamma(shape: shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if positiveUniform().logarithm < 0.5 * x * x + d - d * v + d * v.logarithm {
        return d * v
      }
    }
  }

  /// A draw from the beta distribution on [0, 1]; its mean is α / (α + β).
  ///
  /// With α = successes + 1 and β = failures + 1 it is the posterior of a success rate under a uniform prior.
  ///
  /// - Precondition: `alpha` and `beta` are positive and finite.
  /// - Complexity: O(1); two gamma draws.
  public mutating func beta(_ alpha: Double, _ beta: Double) -> Double {
    while true {
      let x = gamma(shape: alpha)
      let y = gamma(shape: beta)
      // Both may underflow to 0 at shapes far below 1.
      if x + y > 0 { return x / (x + y) }
    }
  }

  /// A draw from Student's distribution: a standard normal number over the root of a draw from χ² by its degrees of
  /// freedom.
  ///
  /// - Precondition: `degreesOfFreedom` is positive and finite.
  /// - Complexity: O(1); a normal and a gamma draw.
  public mutating func student(degreesOfFreedom: Double) -> Double {
    let numerator = normal()
    while true {
      let square = 2 * gamma(shape: degreesOfFreedom / 2)
      // It may underflow to 0 far below one degree of freedom.
      if square > 0 { return numerator / (square / degreesOfFreedom).squareRoot() }
    }
  }

  /// A number in (0, 1], so that its logarithm is finite.
  private mutating func positiveUniform() -> Double { 1 - uniform() }
}
