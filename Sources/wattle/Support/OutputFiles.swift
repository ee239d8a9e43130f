import Datasets
import Foundation
import SearchSpaces
import Studies

/// The files that a command writes, held apart from those that it reads and from each other.
///
/// ```swift
/// var outputs = OutputFiles()
/// outputs.protect(hourly, as: "the file of --hourly")
/// try outputs.add(csv, of: "--csv")  // throws if --csv names the same file, by whatever path
/// ```
struct OutputFiles {
  private var taken: [(file: FileIdentity, name: String)] = []

  /// No files yet.
  ///
  /// - Parameter hasStreams: keep outputs out of the files that standard input, output and errors come from and go to.
  init(withStandardStreams hasStreams: Bool = false) {
    guard hasStreams else { return }
    let streams = [
      (STDIN_FILENO, "standard input"), (STDOUT_FILENO, "standard output"),
      (STDERR_FILENO, "standard error"),
    ]
    for (descriptor, name) in streams {
      if let file = FileIdentity(ofFile: descriptor) { taken.append((file, name)) }
    }
  }

  /// Keeps outputs out of a file that is read.
  ///
  /// - Parameters:
  ///   - path: the file, which need not exist; nil for none.
  ///   - name: what it is, for the message.
  mutating func protect(_ path: String?, as name: String) {
    if let path, let file = FileIdentity(of: path) { taken.append((file, name)) }
  }

  /// Takes in a file that will be written.
  ///
  /// - Parameters:
  ///   - path: the file; nil for none, `-` for standard output.
  ///   - option: the option that named it.
  /// - Throws: `InputError` with the exit code of a wrong usage if it is a file that is taken.
  mutating func add(_ path: String?, of option: String) throws {
    guard let path, let file = FileIdentity(of: path) else { return }
    let isStream = path == "-" || openDescriptor(named: path) != nil
    for other in taken where other.file == file && !(isStream && other.name.hasPrefix("standard ")) {
      throw InputError(
        "\(option): \(path) is \(other.name), which would be lost or mixed up; name another file",
        code: ExitStatus.usage)
    }
    taken.append((file, "the file of \(option)"))
  }

  /// Reads a run and takes in an output: it may be none of the run's own files, and none of its data.
  mutating func readRun(_ path: String, writing output: String?, of option: String) throws -> RunRecord {
    let folder = RunFolder(path: path)
    for (file, name) in folder.ownFiles { protect(file, as: "the run's \(name)") }
    try add(output, of: option)
    if let output, output != "-" { try requireWritable(output) }
    let record = try RunRecord(reading: folder)
    var data = OutputFiles()
    for file in record.configuration.dataset.reference.files { data.protect(file, as: "the run's data") }
    try data.add(output, of: option)
    return record
  }
}

/// What tells one file from another, whatever paths lead to it.
private enum FileIdentity: Hashable {
  /// A file that is there.
  case present(device: dev_t, inode: ino_t)
  /// The absolute path, without links, of a file that is not there yet.
  case absent(path: String)

  /// The file of a path; nil for the null device, which holds nothing.
  init?(of path: String) {
    var status = stat()
    if let descriptor = path == "-" ? STDOUT_FILENO : openDescriptor(named: path) {
      guard fstat(descriptor, &status) == 0 else { return nil }
    } else if stat(path, &status) != 0 {
      self = .absent(path: Self.resolved(path, linksLeft: 40))
      return
    }
    var null = stat()
    if status.st_mode & S_IFMT == S_IFCHR, stat("/dev/null", &null) == 0, status.st_rdev == null.st_rdev {
      return nil
    }
    self = .present(device: status.st_dev, inode: status.st_ino)
  }

  /// The regular file behind a descriptor; nil for anything else.
  init?(ofFile descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self = .present(device: status.st_dev, inode: status.st_ino)
  }

  /// Where a path that leads to nothing would lead if a file were made.
  private static func resolved(_ path: String, linksLeft: Int) -> String {
    let parent = parentFolder(of: path)
    if linksLeft > 0, let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
      return resolved(target.hasPrefix("/") ? target : "\(parent)/\(target)", linksLeft: linksLeft - 1)
    }
    guard let folder = realpath(parent, nil) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + (path as NSString).lastPathComponent
  }
}
