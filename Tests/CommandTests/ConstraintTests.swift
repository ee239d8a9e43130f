import Testing

/// Constraints on what is estimated, from the configuration to the program's answer.
@Suite("Estimated constraints")
struct ConstraintTests {
  private func configuration(_ constraints: String) -> String {
    """
    name: constrained
    dataset: {name: digits}
    architecture:
      - dense: {units: {choice: [16, 512]}}
      - dense: {units: classes}
    training: {optimizer: adam, learning-rate: 0.01, batch-size: 64, epochs: 2}
    constraints: {\(constraints)}
    search: {strategy: grid, order: lexicographic}
    """
  }

  /// The units of the candidates that a grid search of the space tries.
  private func units(_ constraints: String) throws -> [String] {
    let place = try Workplace()
    try place.write(configuration(constraints), to: "constrained.yaml")
    let ended = try place.run(
      "search", "constrained.yaml", "--set", "energy.inference.measure=none", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors)")
    return try place.table("run/trials.csv")["dense.units"]
  }

  @Test("leave out the large network where only the small one is within them")
  func keep() throws {
    #expect(try units("max-latency: 1 s, max-training-energy: 1 kJ") == ["16", "512"])
    // The small network has 1,210 parameters and the large one 38,410, so that it takes several times as much.
    #expect(try units("max-latency: 1 us") == ["16"])
    #expect(try units("max-training-energy: 0.02 J") == ["16"])
  }

  @Test("that nothing meets are refused with the nearest value", arguments: ["max-latency: 1 ns"])
  func unmet(constraint: String) throws {
    let place = try Workplace()
    try place.write(configuration(constraint), to: "constrained.yaml")
    let ended = try place.run("search", "constrained.yaml", "--run", "run")
    #expect(ended.status == 65)
    #expect(ended.errors.contains("constrained.yaml:7:"), "\(ended.errors)")
    #expect(ended.errors.contains("max-latency: no candidate was found that meets it; the nearest has"))
    #expect(place.names() == ["constrained.yaml"])
  }
}
