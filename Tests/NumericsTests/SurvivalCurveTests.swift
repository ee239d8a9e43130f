import Numerics
import Testing

@Suite("The survival curve")
struct SurvivalCurveTests {
  /// Freireich et al. 1963, remission of 21 patients under 6-MP in weeks, the usual example of the method; values as in
  /// Kaplan-Meier tables of textbooks (Cox and Oakes 1984, section 4.2).
  @Test("is that of the textbooks for the remissions of Freireich")
  func freireich() {
    let events: [Double] = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    let censored: [Double] = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    let curve = SurvivalCurve(events.map { .event(at: $0) } + censored.map { .censored(at: $0) })
    #expect(curve.steps.map(\.time) == [6, 7, 10, 13, 16, 22, 23])
    let expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    for (step, survival) in zip(curve.steps, expected) { #expect(abs(step.survival - survival) < 0.0005) }
    #expect(curve.median == 23)
  }

  @Test("has the usual median where nobody is censored")
  func uncensored() {
    #expect(SurvivalCurve([.event(at: 4), .event(at: 1), .event(at: 2), .event(at: 3)]).median == 2.5)
    #expect(SurvivalCurve([.event(at: 7), .event(at: 1), .event(at: 2)]).median == 2)
    #expect(SurvivalCurve([.event(at: 2), .event(at: 2)]).median == 2)
  }

  @Test("counts whoever was censored until then only")
  func censored() {
    // At risk: 3 at 1, so 2/3 are left; 1 at 3, so none is.
    let curve = SurvivalCurve([.event(at: 1), .censored(at: 2), .event(at: 3)])
    #expect(curve.steps.count == 2 && abs(curve.steps[0].survival - 2.0 / 3) < 1e-15)
    #expect(curve.steps[1].survival == 0)
    #expect(curve.median == 3)
    // Half had the event, and nobody knows when the next would.
    #expect(SurvivalCurve([.event(at: 1), .event(at: 2), .censored(at: 9), .censored(at: 9)]).median == nil)
    #expect(SurvivalCurve([.censored(at: 1)]).median == nil)
    #expect(SurvivalCurve([]).median == nil)
  }
}
