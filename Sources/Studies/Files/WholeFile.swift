import Foundation

/// Writes a text file in one step: beside its place, then renamed onto it.
///
/// - Throws: ``RunFolderError/cannotWrite(path:reason:)``; what was there stays as it was.
public func writeAtomically(_ text: String, to path: String) throws(RunFolderError) {
  try writeAtomically(Data(text.utf8), to: path)
}

/// Writes a file in one step: beside its place, then renamed onto it. It keeps the permissions of a file that was there; a
/// new one is for its owner alone to write, and read by all as far as the process's mask allows. A link is replaced, and
/// what it leads to stays as it is.
///
/// - Parameter isSynchronized: force it onto the disk first, so that no loss of power, and no other machine that shares the
///   disk, sees a part of it.
/// - Throws: ``RunFolderError/cannotWrite(path:reason:)``; what was there stays as it was.
public func writeAtomically(
  _ bytes: Data, to path: String, isSynchronized: Bool = false
) throws(RunFolderError) {
  let draft = "\(parentFolder(of: path))/\(draftPrefix)\(UUID().uuidString)"
  let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemReason()) }
  var former = stat()
  if lstat(path, &former) == 0, former.st_mode & S_IFMT == S_IFREG {
    fchmod(descriptor, former.st_mode & 0o777)
  }
  let isWritten = writeWhole(bytes, to: descriptor) && (!isSynchronized || fsync(descriptor) == 0)
  let code = errno
  // Some file systems find out only now that there is no room.
  guard close(descriptor) == 0, isWritten, rename(draft, path) == 0 else {
    let reason = systemReason(isWritten ? errno : code)
    unlink(draft)
    throw .cannotWrite(path: path, reason: reason)
  }
}

/// How the names of files on their way begin.
let draftPrefix = ".wattle-"

/// Writes all bytes to a descriptor; false leaves the reason in `errno`.
public func writeWhole(_ bytes: Data, to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { raw in
    var written = 0
    while written < raw.count {
      let count = write(descriptor, raw.baseAddress?.advanced(by: written), raw.count - written)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return false }
      written += count
    }
    return true
  }
}

/// The folder that a path's last part is in; `.` if the path is only that part.
public func parentFolder(of path: String) -> String {
  var end = path[...]
  while end.count > 1, end.last == "/" { end.removeLast() }
  guard let slash = end.lastIndex(of: "/") else { return "." }
  return slash == end.startIndex ? "/" : String(end[..<slash])
}

/// The last part of a path.
func lastPart(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The permissions of folders that are made, as far as the process's mask allows: others may look, not write.
let folderMode: mode_t = 0o755

/// Makes a folder and those above it.
///
/// - Parameter shown: what errors call it; by default its path.
/// - Throws: ``RunFolderError/cannotCreate(path:reason:)``.
public func makeFolders(_ path: String, for shown: String? = nil) throws(RunFolderError) {
  func make(_ folder: String) -> Bool {
    if mkdir(folder, folderMode) == 0 || errno == EEXIST && kind(of: folder) == S_IFDIR { return true }
    if errno == EEXIST { errno = ENOTDIR }
    let parent = parentFolder(of: folder)
    guard errno == ENOENT, parent != folder, make(parent) else { return false }
    return mkdir(folder, folderMode) == 0
  }
  guard make(path) else { throw .cannotCreate(path: shown ?? path, reason: systemReason()) }
}

/// Whether a path is a symbolic link.
func isLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// What a path leads to, as `S_IFREG`, `S_IFDIR` and so on; nil if there is nothing or it cannot be reached.
func kind(of path: String) -> mode_t? {
  let before = errno
  defer { errno = before }
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// Which file a path leads to.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  /// The file of a path; nil if there is none.
  init?(ofPath path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }
}
