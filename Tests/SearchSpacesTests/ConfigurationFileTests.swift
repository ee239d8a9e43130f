import Foundation
import SearchSpaces
import Testing

@Suite struct ConfigurationFileTests {
  private func file(_ data: Data) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
    try data.write(to: path)
    return path.path
  }

  private func fileError(_ path: String) -> ConfigurationFileError? {
    do { _ = try StudyConfiguration(contentsOf: path) } catch { return error as? ConfigurationFileError }
    return nil
  }

  @Test func `a missing file is missing input`() {
    let error = fileError("/nowhere/at/all.yaml")
    #expect(error == .notFound(path: "/nowhere/at/all.yaml"))
    #expect(error?.isMissingInput == true)
    #expect(error?.description == "/nowhere/at/all.yaml: no such file")
  }

  @Test func `a directory is missing input`() {
    let path = FileManager.default.temporaryDirectory.path
    #expect(fileError(path) == .notAFile(path: path))
    #expect(fileError(path)?.isMissingInput == true)
  }

  @Test func `bytes that are not UTF-8 are bad data`() throws {
    let path = try file(Data([0x6E, 0x3A, 0x20, 0xFF, 0xFE]))
    #expect(fileError(path) == .notUTF8(path: path))
    #expect(fileError(path)?.isMissingInput == false)
  }

  @Test func `a file over a megabyte is bad data`() throws {
    let path = try file(Data(repeating: 0x23, count: 1_000_001))
    #expect(fileError(path) == .tooLarge(path: path, limitBytes: 1_000_000))
    #expect(fileError(path)?.isMissingInput == false)
  }

  @Test func `a device is refused`() {
    #expect(fileError("/dev/zero") == .notAFile(path: "/dev/zero"))
  }

  @Test func `errors in a file carry the path as it was given`() throws {
    let path = try file(Data("name: 3\n".utf8))
    let error = #expect(throws: ConfigurationError.self) { try StudyConfiguration(contentsOf: path) }
    #expect(error?.place == .file(name: path, line: 1, column: 7))
  }

  @Test(arguments: shippedNames) func `a shipped search space can be read`(_ name: String) throws {
    #expect(try StudyConfiguration(contentsOf: shippedPath(name)).name == name)
  }
}
