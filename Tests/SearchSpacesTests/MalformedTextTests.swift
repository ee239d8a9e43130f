import Foundation
import SearchSpaces
import Testing

/// In quadratic time a megabyte would take hours. With a sanitiser everything takes longer.
private let patience = TimeLimitTrait.timeLimit(
  .minutes(ProcessInfo.processInfo.environment["WATTLE_SANITIZER"] == nil ? 10 : 60))

@Suite struct MalformedTextTests {
  @Test(arguments: [
    ("", "plain.yaml:1:1: the configuration is empty; it needs name, dataset, architecture and training"),
    (
      "# only a comment\n",
      "plain.yaml:1:1: the configuration is empty; it needs name, dataset, architecture and training"
    ),
    ("~", "plain.yaml:1:1: the configuration is empty; it needs name, dataset, architecture and training"),
    (
      "- a\n- b\n",
      "plain.yaml:1:1: expected a mapping with the keys name, dataset, blocks, architecture, training, unless, constraints, objectives, search, "
        + "energy, execution; got a list"
    ),
    (
      "just text",
      "plain.yaml:1:1: expected a mapping with the keys name, dataset, blocks, architecture, training, unless, constraints, objectives, search, "
        + "energy, execution; got 'just text'"
    ),
    (
      "name: [a, b\ndataset: 1\n",
      "plain.yaml:2:8: malformed YAML: while parsing a flow sequence, did not find expected ',' or ']'"
    ),
    ("name: a\n---\nname: b\n", "plain.yaml:2:1: expected one YAML document, found another"),
    ("name: *nobody\n", "plain.yaml:1:7: malformed YAML: found undefined alias"),
    (
      "name: !!python/object a\n",
      "plain.yaml:1:7: the tag 'tag:yaml.org,2002:python/object' means nothing here; write the value without a tag"
    ),
    (
      "name: !colour a\n",
      "plain.yaml:1:7: the tag '!colour' means nothing here; write the value without a tag"
    ),
    ("? [a, b]\n: c\n", "plain.yaml:1:3: a key must be a word, not a list or a mapping"),
    ("name: \u{1}\n", "plain.yaml:1:7: malformed YAML: control characters are not allowed"),
  ])
  func `text that is no configuration is refused`(_ yaml: String, _ expected: String) {
    #expect(errorText(yaml) == expected)
  }

  @Test func `anchors and aliases may be used`() throws {
    let yaml = plainYAML(
      line: 4, "  - &block {dense: {units: &width {choice: [8, 16]}}}\n  - *block\n  - dense: {units: *width}"
    )
    let space = try StudyConfiguration(yaml: yaml, fileName: "plain.yaml")
      .searchSpace(sampleShape: [64], classCount: 10)
    #expect(space.choices.parameterNames == ["dense.units", "dense2.units", "dense3.units"])
  }

  @Test func `a byte order mark and Windows line ends do no harm`() {
    let yaml = "\u{FEFF}" + plainLines.joined(separator: "\r\n") + "\r\n"
    #expect(errorText(yaml) == nil)
  }

  @Test func `an alias bomb is refused at once`() {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(errorText(yaml)?.hasSuffix("more than 20000 values once aliases are written out") == true)
  }

  @Test(arguments: ["? *a30\n: v\n", "*a30 : v\n", "{[*a30]: v}\n", "k: {? *a30 : v}\n"])
  func `an alias bomb in a key is refused at once`(_ key: String) {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(
      errorText(yaml + key) == "plain.yaml:1:1: too many aliases together with keys that are not plain words")
  }

  @Test(arguments: [65, 999, 5000, 200_000])
  func `deep nesting is refused`(_ depth: Int) {
    let flow = "name: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(errorText(flow)?.contains("nested more than 64 levels deep") == true)
    let block = String(repeating: "- ", count: depth) + "x\n"
    #expect(errorText(block)?.contains("nested more than 64 levels deep") == true)
  }

  @Test(
    patience,
    arguments: [
      "*", "* ", "*a ", "[", "{", "- ", "? ", "a: ", "&a *a ", "\"", "'", "#", "!a ", "a\n", "[]: ", "- x\n",
      "x, ", "|\n ",
      "{a: ", "] ", "\n", "%\n", "...\n", "1", "é",
    ])
  func `a megabyte of anything is answered in good time`(_ pattern: String) {
    let count = ConfigurationFile.largestBytes / pattern.utf8.count
    #expect(errorText(String(repeating: pattern, count: count)) != nil)
    #expect(errorText("name: " + String(repeating: pattern, count: count)) != nil)
  }

  @Test(patience) func `a hundred thousand keys are answered in good time`() {
    let keys = (0..<100_000).map { "k\($0): 1\n" }.joined()
    #expect(errorText(keys)?.contains("more than 20000 values") == true)
  }

  @Test func `an error message is one line whatever the text says`() throws {
    let message = try #require(
      errorText(plainYAML(line: 5, "  - activation: \"re\\nlu\\e[31m\(String(repeating: "x", count: 500))\""))
    )
    #expect(!message.contains("\n") && !message.contains("\u{1B}") && message.count < 300)
  }

  @Test(arguments: shippedNames)
  func `a cut file gives an error or a configuration at every byte`(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: shippedPath(name))))
    var valid = 0
    for length in 0...bytes.count {
      if errorText(String(decoding: bytes[..<length], as: UTF8.self)) == nil { valid += 1 }
    }
    #expect(valid > 0)
  }

  @Test(arguments: shippedNames)
  func `a damaged file gives an error or a configuration that round-trips`(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: shippedPath(name))))
    var stream = stream("damage-\(name)")
    let damage = Array("-:[]{}*&!?#'\"\n\t ,.0e\u{0}%@|>~<=".utf8)
    for _ in 0..<1500 {
      var copy = bytes
      for _ in 0..<(1 + stream.integer(below: 3)) {
        copy[stream.integer(below: copy.count)] = damage[stream.integer(below: damage.count)]
      }
      guard
        let configuration = try? StudyConfiguration(
          yaml: String(decoding: copy, as: UTF8.self), fileName: "damaged.yaml")
      else { continue }
      let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "resolved.yaml")
      #expect(again == configuration)
      guard let space = try? configuration.searchSpace(sampleShape: [64], classCount: 10) else { continue }
      let assignment = space.choices.sample(using: &stream)
      _ = try space.candidate(for: space.choices.mutate(assignment, using: &stream))
    }
  }
}
