import SearchSpaces
import Testing

@Test func printResolved() throws {
  for name in shippedNames {
    let c = try StudyConfiguration(contentsOf: shippedPath(name))
    print(c.resolvedYAML(header: "wattle 0.1.0"))
    let s = try c.searchSpace(sampleShape: [64], classCount: 10)
    print(s.gridSize as Any, s.size, s.parameterNames)
    #expect(try StudyConfiguration(yaml: c.resolvedYAML, fileName: "x") == c)
  }
}
