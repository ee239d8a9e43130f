import Foundation

/// Where the files that come with this module lie.
///
/// The package manager's own accessor, `Bundle.module`, ends the process when the folder is gone and falls
/// back to a path of the machine that built the program. An installed executable must say what is missing
/// instead.
enum ResourceLocation {
  /// The folder that the package manager puts beside the executable.
  static let bundleName = "wattle_Datasets.resources"

  /// The folders to search, best first: beside the executable, then where a prefix keeps its data.
  static var directories: [String] {
    let executable = Bundle.main.bundleURL
    return [
      executable.appendingPathComponent(bundleName),
      executable.deletingLastPathComponent().appendingPathComponent("share/wattle").appendingPathComponent(
        bundleName),
    ].map { $0.appendingPathComponent("Resources").path }
  }

  /// The path of a file in the first of the folders that has it.
  static func path(of file: String, in directories: [String]) throws(DatasetError) -> String {
    for directory in directories {
      let path = URL(fileURLWithPath: directory).appendingPathComponent(file).path
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw .missingResource(file: file, searched: directories)
  }
}
