import Numerics
import ParetoAnalysis
import Testing

@Suite("The lower envelope")
struct LowerEnvelopeTests {
  private func envelope(_ lines: [(Double, Double)]) -> [EnvelopeSegment] {
    lowerEnvelope(of: lines.map { Line(intercept: $0.0, slope: $0.1) })
  }

  @Test("names the lowest line and where it changes")
  func byHand() {
    // 4 + x, 1 + 2x and 8 + x/2: 1 + 2x = 4 + x at 3, 4 + x = 8 + x/2 at 8; 9 + x is never the lowest.
    #expect(
      envelope([(4, 1), (1, 2), (8, 0.5), (9, 1)]) == [
        EnvelopeSegment(index: 1, start: 0, end: 3), EnvelopeSegment(index: 0, start: 3, end: 8),
        EnvelopeSegment(index: 2, start: 8, end: .infinity),
      ])
  }

  @Test("is one line where that is the lowest from the start and no other is flatter")
  func single() {
    #expect(envelope([(1, 1)]) == [EnvelopeSegment(index: 0, start: 0, end: .infinity)])
    #expect(envelope([(2, 2), (1, 1), (1, 3)]) == [EnvelopeSegment(index: 1, start: 0, end: .infinity)])
    #expect(envelope([(1, 1), (1, 1)]) == [EnvelopeSegment(index: 0, start: 0, end: .infinity)])
    #expect(envelope([]).isEmpty)
  }

  @Test("passes over a line that only touches it")
  func touching() {
    // All three meet at 2: 1 + 2x, 3 + x, 5.
    #expect(
      envelope([(1, 2), (3, 1), (5, 0)]) == [
        EnvelopeSegment(index: 0, start: 0, end: 2), EnvelopeSegment(index: 2, start: 2, end: .infinity),
      ])
  }

  @Test("is nowhere above any line", arguments: [2, 5, 30])
  func againstAll(count: Int) {
    var stream = RandomStream(seed: 5, purpose: "lines")
    for levels in [nil, 4] {
      for _ in 0..<100 {
        let lines = randomPoints(count: count, dimension: 2, levels: levels, from: &stream).map {
          Line(intercept: $0[0], slope: $0[1])
        }
        let segments = lowerEnvelope(of: lines)
        #expect(segments.first?.start == 0 && segments.last?.end == .infinity)
        #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.end == $1.start && $0.start < $0.end })
        for segment in segments {
          let inside = segment.end.isFinite ? (segment.start + segment.end) / 2 : segment.start * 2 + 1
          for place in [segment.start, inside] {
            func value(_ line: Line) -> Double { line.intercept + line.slope * place }
            let least = lines.map(value).min() ?? 0
            #expect(value(lines[segment.index]) <= least + 1e-9 * (1 + least))
          }
        }
      }
    }
  }
}
