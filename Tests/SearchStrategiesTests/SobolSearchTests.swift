import SearchSpaces
import SearchStrategies
import Testing

@Suite struct SobolSearchTests {
  @Test func `sixteen points of a grid of two by eight cells are one in each`() {
    let space = ParameterSpace([
      SearchParameter(name: "kind", domain: .options(["a", "b"])),
      SearchParameter(name: "x", domain: .reals(RealRange(0, 8))),
    ])
    for seed in UInt64(0)..<5 {
      var rehearsal = StudyRehearsal(SobolSearch(space: space, seed: seed))
      let cells = rehearsal.proposals(upTo: 16).map { point in
        let number = point["x"].flatMap { Double($0.text) }.map { Int($0) } ?? -1
        return "\(point["kind"]?.text ?? "") \(number)"
      }
      #expect(Set(cells).count == 16)
    }
  }

  @Test func `a space of more than forty parameters is searched in all of them`() {
    let space = ParameterSpace(
      (0..<60).map { SearchParameter(name: "x\($0)", domain: .reals(RealRange(0, 1))) })
    var rehearsal = StudyRehearsal(SobolSearch(space: space, seed: 7))
    let points = rehearsal.proposals(upTo: 64)
    for index in 0..<60 {
      let numbers = points.compactMap { $0["x\(index)"].flatMap { Double($0.text) } }
      #expect(numbers.count == 64)
      #expect((numbers.min() ?? 1) < 0.2 && (numbers.max() ?? 0) > 0.8)
      // The first forty have a point in each sixty-fourth part.
      if index < 40 { #expect(Set(numbers.map { Int($0 * 64) }).count == 64) }
    }
  }

  @Test func `every option of a flat space is proposed as often as any other`() throws {
    let space = ParameterSpace([
      SearchParameter(name: "a", domain: .options(["1", "2", "3", "4"])),
      SearchParameter(name: "b", domain: .reals(RealRange(0, 1))),
    ])
    var rehearsal = StudyRehearsal(SobolSearch(space: space, seed: 7))
    let counts = Dictionary(grouping: rehearsal.proposals(upTo: 64)) { $0["a"]?.text ?? "" }
    #expect(counts.values.map(\.count) == [16, 16, 16, 16])
  }
}
