import Foundation
import Reports
import SearchSpaces
import Studies

/// A file that rows in the columns of CodeCarbon's `emissions.csv` are appended to.
struct EmissionsFile {
  private let path: String
  private let needsHeader: Bool
  private let needsLineFeed: Bool

  /// Looks whether rows can be appended.
  ///
  /// - Parameter path: the file, which need not exist; `-` for standard output.
  /// - Throws: `InputError` if the file has other columns, `RunFolderError.cannotWrite` if it cannot be written.
  init(path: String) throws {
    self.path = path
    if path != "-" { try requireWritable(path) }
    guard path != "-", openDescriptor(named: path) == nil else {
      (needsHeader, needsLineFeed) = (true, false)
      return
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      (needsHeader, needsLineFeed) = (true, false)
      return
    }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw cannotWrite(path) }
    defer { try? handle.close() }
    let expected = EmissionsTable.columns.joined(separator: ",")
    let start = String(decoding: try handle.read(upToCount: expected.utf8.count + 2) ?? Data(), as: UTF8.self)
    guard start.prefix(while: { !$0.isNewline }) == expected else {
      throw InputError(
        "\(path): expected the columns of CodeCarbon 3.3's emissions.csv in its first line, found others; "
          + "give another file with --csv")
    }
    try handle.seek(toOffset: UInt64(status.st_size) - 1)
    needsHeader = false
    needsLineFeed = try handle.read(upToCount: 1) != Data("\n".utf8)
  }

  /// Appends the rows, with the header if there is none yet.
  func append(_ table: EmissionsTable) throws {
    let text = (needsLineFeed ? "\n" : "") + table.text(withHeader: needsHeader)
    if path == "-" { return try Terminal.print(text, isData: true) }
    if let held = openDescriptor(named: path) {
      guard write(text, to: held) else { throw cannotWrite(path) }
      return
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o644)
    guard descriptor >= 0 else { throw cannotWrite(path) }
    defer { close(descriptor) }
    let former = lseek(descriptor, 0, SEEK_END)
    guard write(text, to: descriptor) else {
      let error = cannotWrite(path)
      // A part of a row would spoil the table.
      if former >= 0 { ftruncate(descriptor, former) }
      throw error
    }
  }
}
