/// A straight line over the numbers of zero or more.
public struct Line: Hashable, Sendable {
  /// The value at zero.
  public var intercept: Double
  /// The growth for each one.
  public var slope: Double

  /// A line.
  ///
  /// - Precondition: both are finite.
  public init(intercept: Double, slope: Double) {
    precondition(intercept.isFinite && slope.isFinite, "a line has a finite intercept and slope")
    self.intercept = intercept
    self.slope = slope
  }
}

/// A stretch on which one line is the lowest.
public struct EnvelopeSegment: Hashable, Sendable {
  /// Which line.
  public var index: Int
  /// Where the stretch begins.
  public var start: Double
  /// Where the next begins; infinity for the last.
  public var end: Double

  /// A stretch.
  public init(index: Int, start: Double, end: Double) {
    self.index = index
    self.start = start
    self.end = end
  }
}

/// The lowest of some lines at each number from zero on, from left to right.
///
/// Of lines that are equal the first stands for all. Where lines only touch the envelope in one point they have no
/// stretch.
///
/// ```swift
/// // 4 + x, 1 + 2x and 8 + x/2 are the lowest up to 3, from 3 to 8, and from there on:
/// lowerEnvelope(of: [Line(intercept: 4, slope: 1), Line(intercept: 1, slope: 2), Line(intercept: 8, slope: 0.5)])
/// // line 1 from 0 to 3, line 0 from 3 to 8, line 2 from 8 to infinity
/// ```
/// - Complexity: O(lines · stretches).
public func lowerEnvelope(of lines: [Line]) -> [EnvelopeSegment] {
  func isBefore(_ left: Int, _ right: Int) -> Bool {
    (lines[left].intercept, lines[left].slope, left) < (lines[right].intercept, lines[right].slope, right)
  }
  guard let first = lines.indices.min(by: isBefore) else { return [] }
  var segments = [EnvelopeSegment(index: first, start: 0, end: .infinity)]
  while let next = crossing(of: segments[segments.count - 1], lines) {
    segments[segments.count - 1].end = next.start
    // Lines that meet in one point follow each other there.
    if segments[segments.count - 1].start == next.start { segments.removeLast() }
    segments.append(next)
  }
  return segments
}

/// The stretch that ends another: that of the flatter line which is reached first.
private func crossing(of segment: EnvelopeSegment, _ lines: [Line]) -> EnvelopeSegment? {
  let current = lines[segment.index]
  var best: EnvelopeSegment?
  for (index, line) in lines.enumerated() where line.slope < current.slope {
    let place = (line.intercept - current.intercept) / (current.slope - line.slope)
    // Rounding must not lead back to where the stretch began.
    let start = max(place, segment.start)
    guard start.isFinite else { continue }
    if let known = best, known.start <= start { continue }
    best = EnvelopeSegment(index: index, start: start, end: .infinity)
  }
  return best
}
