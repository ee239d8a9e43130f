import Foundation
import Studies
import Synchronization
import Testing

@Suite("A run's folder")
struct RunFolderTests {
  @Test("is made with its parents, and again while it is empty")
  func creates() throws {
    let parent = try TemporaryFolder()
    let folder = RunFolder(path: parent.path + "/runs/one")
    try folder.create()
    #expect(FileManager.default.fileExists(atPath: folder.path))
    try folder.create()
    _ = try folder.lock()
    try folder.create()
    #expect(!folder.holdsStudy)
    #expect(try folder.heldStudyName() == nil)
  }

  @Test("that holds a study is refused with the study's name")
  func holdsStudy() throws {
    let parent = try TemporaryFolder()
    let folder = RunFolder(path: parent.path)
    _ = try parent.createJournal()
    #expect(folder.holdsStudy)
    #expect(try folder.heldStudyName() == "test")
    #expect(throws: RunFolderError.holdsStudy(path: folder.path, study: "test")) { try folder.create() }
  }

  @Test("leaves alone what another process may be about to begin, and is refused to links of its parts")
  func leftovers() throws {
    let parent = try TemporaryFolder()
    let folder = RunFolder(path: parent.path)
    let names = [".lock", ".wattle-1", ".wattle-1-wal"]
    for name in names { try writeAtomically("", to: "\(parent.path)/\(name)") }
    try folder.create()
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path).sorted() == names)
    for name in ["checkpoints", "nodes", "slurm"] {
      let link = "\(parent.path)/\(name)"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/tmp")
      #expect(throws: RunFolderError.link(path: link)) { try folder.lock() }
      try FileManager.default.removeItem(atPath: link)
    }
  }

  @Test("is refused where something else is")
  func occupied() throws {
    let parent = try TemporaryFolder()
    let file = parent.path + "/file"
    try writeAtomically("x", to: file)
    #expect(throws: RunFolderError.notEmpty(path: parent.path)) { try RunFolder(path: parent.path).create() }
    #expect(throws: RunFolderError.notAFolder(path: file)) { try RunFolder(path: file).create() }
    let below = RunFolder(path: file + "/run")
    let error = #expect(throws: RunFolderError.self) { try below.create() }
    guard case .cannotCreate(below.path, _) = error else {
      Issue.record("expected that the folder cannot be made, got \(String(describing: error))")
      return
    }
  }

  @Test("has the next number after all of its day, also when earlier ones were removed")
  func numbers() throws {
    let parent = try TemporaryFolder()
    let noon = Date(timeIntervalSince1970: 1_750_000_000)
    func next() -> RunFolder { .next(studyName: "digits", parent: parent.path, date: noon) }
    let day = noon.ISO8601Format(.iso8601Date(timeZone: .current))
    for number in 1...11 {
      #expect(next().path == "\(parent.path)/digits-\(day)-\(number)")
      try next().create()
    }
    try FileManager.default.removeItem(atPath: "\(parent.path)/digits-\(day)-1")
    #expect(next().path == "\(parent.path)/digits-\(day)-12")
    #expect(RunFolder.next(studyName: "other", parent: parent.path, date: noon).path.hasSuffix("-1"))
  }

  @Test("is nobody else's where it is made with its number")
  func numbersAtOnce() throws {
    let parent = try TemporaryFolder()
    let runs = parent.path + "/runs"
    let paths = Mutex<Set<String>>([])
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      guard let folder = try? RunFolder.createNext(studyName: "digits", parent: runs) else { return }
      paths.withLock { _ = $0.insert(folder.path) }
    }
    #expect(paths.withLock(\.count) == 64)
  }

  @Test("is the latest by day and number among those that hold a study of that name")
  func latest() throws {
    let parent = try TemporaryFolder()
    #expect(RunFolder.latest(studyName: "digits", parent: parent.path) == nil)
    #expect(RunFolder.latest(studyName: "digits", parent: parent.path + "/none") == nil)
    let names = [
      "digits-2026-01-02-9", "digits-2026-01-02-10", "digits-2025-12-31-99", "digits-mlp-2026-05-05-1",
      "digits-2026-01-02-copy", "digits-2026-1-2-11",
    ]
    for name in names {
      let folder = RunFolder(path: parent.path + "/" + name)
      try folder.create()
      _ = try Journal.create(
        at: folder.path(of: .journal),
        header: Journal.Header(name: "digits", configuration: "", programVersion: ""))
    }
    try RunFolder(path: parent.path + "/digits-2026-01-03-1").create()
    #expect(
      RunFolder.latest(studyName: "digits", parent: parent.path)?.path
        == parent.path + "/digits-2026-01-02-10")
  }

  @Test("is worked on by one process at a time")
  func locks() throws {
    let parent = try TemporaryFolder()
    let folder = RunFolder(path: parent.path)
    #expect(!folder.isInUse)
    var lock: RunLock? = try folder.lock()
    withExtendedLifetime(lock) {
      #expect(folder.isInUse)
      #expect(throws: RunFolderError.inUse(path: folder.path)) { try folder.lock() }
    }
    lock = nil
    #expect(!folder.isInUse)
    _ = try folder.lock()
    let missing = RunFolder(path: parent.path + "/none")
    #expect(throws: RunFolderError.self) { try missing.lock() }
  }

  @Test("gets its files whole")
  func writes() throws {
    let parent = try TemporaryFolder()
    let folder = RunFolder(path: parent.path)
    for text in ["old", "new ü"] {
      try folder.write(text, to: .ledger)
      #expect(try String(contentsOfFile: folder.path(of: .ledger), encoding: .utf8) == text)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["ledger.csv"])
    #expect(throws: RunFolderError.self) {
      try RunFolder(path: parent.path + "/none").write("x", to: .ledger)
    }
  }
}
