internal import CGSL

/// The points of the Sobol sequence in a unit cube: any stretch of them fills the cube more evenly than random points do.
///
/// ```swift
/// var sequence = SobolSequence(dimension: 2)
/// sequence.next()   // [0, 0]
/// sequence.next()   // [0.5, 0.5]
/// sequence.next()   // [0.75, 0.25]
/// ```
///
/// Sobol 1967, "On the distribution of points in a cube and the approximate evaluation of integrals", USSR Computational
/// Mathematics and Mathematical Physics 7(4); the direction numbers are those of Bratley and Fox 1988, "Algorithm 659",
/// ACM TOMS 14(1), as in GSL. GSL leaves out the origin; here it is the first point, so that the first 2ᵏ points are
/// a net.
///
/// With a random shift every coordinate is xored with a number of its own, which keeps the net and makes each
/// coordinate uniform (L'Ecuyer and Lemieux 2002, "Recent advances in randomized quasi-Monte Carlo methods").
///
/// - Complexity: O(*dimension*) a point; the whole sequence has 2³⁰ points.
public struct SobolSequence: Sendable {
  /// The most dimensions that there are direction numbers for.
  public static let largestDimension = 40

  /// The number of coordinates.
  public let dimension: Int
  private let shifts: [UInt64]
  private var generator: Generator
  private var isAtOrigin = true

  /// The sequence from its origin.
  ///
  /// - Precondition: the dimension is from 1 to ``largestDimension``.
  public init(dimension: Int) { self.init(dimension: dimension, shifts: nil) }

  /// The sequence, shifted at random.
  ///
  /// - Parameters:
  ///   - dimension: from 1 to ``largestDimension``.
  ///   - stream: where the shifts are drawn from.
  public init(dimension: Int, shiftedBy stream: inout RandomStream) {
    self.init(dimension: dimension, shifts: (0..<dimension).map { _ in stream.next() >> 11 })
  }

  private init(dimension: Int, shifts: [UInt64]?) {
    precondition(
      (1...Self.largestDimension).contains(dimension), "no Sobol sequence of \(dimension) dimensions")
    self.dimension = dimension
    self.shifts = shifts ?? [UInt64](repeating: 0, count: dimension)
    generator = Generator(dimension: dimension)
  }

  /// The next point: numbers in 0 ..< 1.
  ///
  /// - Precondition: fewer than 2³⁰ points have been taken.
  public mutating func next() -> [Double] {
    var point = [Double](repeating: 0, count: dimension)
    if isAtOrigin {
      isAtOrigin = false
    } else {
      if !isKnownUniquelyReferenced(&generator) { generator = Generator(copying: generator) }
      generator.next(into: &point)
    }
    // All 53 bits of a number are shifted, the 23 that the sequence leaves at 0 too.
    return zip(point, shifts).map { Double(UInt64($0 * 0x1p53) ^ $1) * 0x1p-53 }
  }
}

/// GSL's generator. It is changed only by the one sequence that holds it.
private final class Generator: @unchecked Sendable {
  private let state: UnsafeMutablePointer<gsl_qrng>

  init(dimension: Int) {
    guard let state = gsl_qrng_alloc_sobol(UInt32(dimension)) else {
      preconditionFailure("no memory for a Sobol sequence")
    }
    self.state = state
  }

  init(copying other: Generator) {
    guard let state = gsl_qrng_clone(other.state) else {
      preconditionFailure("no memory for a Sobol sequence")
    }
    self.state = state
  }

  deinit { gsl_qrng_free(state) }

  func next(into point: inout [Double]) {
    let status = gsl_qrng_get(state, &point)
    precondition(Int(status) == GSL_SUCCESS, "a Sobol sequence ends after 2^30 points")
  }
}
