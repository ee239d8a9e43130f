import Foundation
import Studies
import Testing

@Suite("Whole files")
struct WholeFileTests {
  @Test("keep the permissions of what was there, and leave nothing beside it")
  func permissions() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.csv"
    try writeAtomically("old", to: path)
    #expect(chmod(path, 0o640) == 0)
    try writeAtomically("new", to: path)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o640)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.csv"])
  }

  @Test("that cannot be written are named with the system's cause, and nothing is left")
  func failures() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/folder"
    try makeFolders(path + "/inner")
    let error = #expect(throws: RunFolderError.self) { try writeAtomically("x", to: path) }
    #expect(
      error
        == .cannotWrite(path: path, reason: "Is a directory; take the folder away, or choose another path"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
    let below = #expect(throws: RunFolderError.self) { try makeFolders("/dev/null/a/b") }
    #expect(below == .cannotCreate(path: "/dev/null/a/b", reason: "Not a directory"))
  }

  @Test("lie in the folder that their path names")
  func parents() {
    let parents = ["a": ".", "a/b": "a", "/a": "/", "a/b/": "a", "/": "/", "../a": ".."]
    for (path, parent) in parents { #expect(parentFolder(of: path) == parent, "\(path)") }
  }

  @Test("say what to do where there is no room")
  func reasons() {
    #expect(systemReason(ENOSPC) == "No space left on device; free some space")
    #expect(systemReason(EFBIG) == "File too large; raise the limit of file sizes (ulimit -f)")
    #expect(systemReason(EACCES) == "Permission denied")
  }

  @Test("a journal in whose place a folder is, is none")
  func journalFolder() throws {
    let folder = try TemporaryFolder()
    try makeFolders(folder.journalPath)
    #expect(throws: JournalError.notAFile(path: folder.journalPath, isFolder: true)) {
      try folder.openJournal()
    }
  }
}
