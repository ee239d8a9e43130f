/// Whether the values of one sample tend to be larger than those of another, without assuming a distribution.
///
/// Mann and Whitney 1947, "On a test of whether one of two random variables is stochastically larger than the
/// other"; the *p*-value is the two-sided normal approximation with the corrections for ties and continuity,
/// fair from about eight values a sample. The effect is Vargha and Delaney's Â₁₂ (2000, "A critique and
/// improvement of the CL common language effect size statistics").
///
/// ```swift
/// let test = RankSumTest([0.91, 0.93, 0.95], [0.90, 0.92, 0.89])
/// test.effectSize  // 0.888…: the first sample's value is the larger one in 8 of 9 pairs
/// ```
public struct RankSumTest: Hashable, Sendable {
  /// U of the first sample: the pairs in which its value is the larger one, ties counted half.
  public let u: Double
  /// The two-sided *p*-value; 1 when all values are equal.
  public let pValue: Double
  /// Â₁₂: the probability that a value of the first sample is larger than one of the second, ties counted
  /// half.
  public let effectSize: Double

  /// How far Â₁₂ is from one half, in Vargha and Delaney's words.
  public enum Magnitude: String, CaseIterable, Codable, Sendable {
    /// Less than 0.06 from one half.
    case negligible
    /// From 0.06, a probability of 0.56.
    case small
    /// From 0.14, a probability of 0.64.
    case medium
    /// From 0.21, a probability of 0.71.
    case large
  }

  /// The size of the effect in words, whichever of the samples is the larger one.
  public var magnitude: Magnitude {
    // The slack keeps a difference that is 0.06 on paper from falling short by rounding.
    let distance = abs(effectSize - 0.5) + 1e-12
    if distance < 0.06 { return .negligible }
    if distance < 0.14 { return .small }
    return distance < 0.21 ? .medium : .large
  }

  /// Compares two samples.
  ///
  /// - Precondition: both hold at least one value, all finite.
  /// - Complexity: O(*n* log *n*) for *n* values together.
  public init(_ first: [Double], _ second: [Double]) {
    Statistics.requireFinite(first, atLeast: 1)
    Statistics.requireFinite(second, atLeast: 1)
    let firstCount = Double(first.count)
    let secondCount = Double(second.count)
    let ranking = Self.rankSum(of: first, among: second)
    let u = ranking.sum - firstCount * (firstCount + 1) / 2
    self.u = u
    self.effectSize = u / (firstCount * secondCount)

    let count = firstCount + secondCount
    let mean = firstCount * secondCount / 2
    let variance =
      firstCount * secondCount / 12 * ((count + 1) - ranking.tieTerm / (count * max(count - 1, 1)))
    if variance > 0 {
      let z = (abs(u - mean) - 0.5) / variance.squareRoot()
      self.pValue = min(1, 2 * GSL.normalUpperTail(z))
    } else {
      self.pValue = 1
    }
  }

  /// The sum of the first sample's ranks among all values, equal values sharing their mean rank, and Σ (t³ −
  /// t) over the groups of t equal values.
  private static func rankSum(
    of first: [Double], among second: [Double]
  ) -> (sum: Double, tieTerm: Double) {
    var pooled = first.map { (value: $0, isFirst: true) }
    pooled += second.map { (value: $0, isFirst: false) }
    pooled.sort { $0.value < $1.value }
    var sum = 0.0
    var tieTerm = 0.0
    var start = 0
    while start < pooled.count {
      var end = start
      var firstMembers = 0.0
      while end < pooled.count && pooled[end].value == pooled[start].value {
        firstMembers += pooled[end].isFirst ? 1 : 0
        end += 1
      }
      let ties = Double(end - start)
      sum += firstMembers * Double(start + 1 + end) / 2
      tieTerm += ties * ties * ties - ties
      start = end
    }
    return (sum, tieTerm)
  }
}
