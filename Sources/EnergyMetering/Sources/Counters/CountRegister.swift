/// Where a counter's present value can be read.
protocol CountRegister: AnyObject {
  /// The value now.
  ///
  /// - Throws: `FileAccessError`, which names the file or event.
  func count() throws(FileAccessError) -> UInt64
}

/// A kernel file that holds a whole number.
///
/// The file stays open. If it cannot be read any longer, it is opened again: a driver that was loaded anew has made a
/// new file of the same name.
final class FileRegister: CountRegister {
  private let path: String
  private let files: any FileOpener
  private var file: any RereadableFile

  init(_ path: String, files: any FileOpener) throws(FileAccessError) {
    self.path = path
    self.files = files
    file = try files.open(path)
  }

  func count() throws(FileAccessError) -> UInt64 {
    let number: UInt64?
    do { number = try file.readNumber() } catch {
      file = try files.open(path)
      number = try file.readNumber()
    }
    guard let number else { throw .failed(path, reason: "expected a whole number of counts") }
    return number
  }
}
