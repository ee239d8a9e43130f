import Foundation

extension Retraining {
  /// What `summary.json` of an output says that it is, so that another program's folder is never taken for one.
  public static let format = "wattle train 1"

  /// An output of an earlier training, which may be replaced, or an empty folder.
  struct FormerOutput {
    /// How many trainings it has the weights of.
    let trainingCount: Int

    /// What of a summary is looked at.
    private struct Summary: Decodable {
      struct Training: Decodable {
        var weights: String?
      }
      var format: String?
      var trainings: [Training]?
    }

    /// Looks whether a place may be replaced.
    ///
    /// - Parameters:
    ///   - place: the absolute path, without links.
    ///   - run: the run's folder, which is never replaced.
    ///   - shown: what errors call the place.
    /// - Returns: nil if there is nothing in the place.
    /// - Throws: ``RetrainingError/notReplaceable(path:cause:)``.
    init?(at place: String, run: String, shown: String) throws(RetrainingError) {
      func refuse(_ cause: String) -> RetrainingError { .notReplaceable(path: shown, cause: cause) }
      guard let kind = kind(of: place) else {
        var link = stat()
        guard lstat(place, &link) != 0 else { throw refuse("is a link to nothing") }
        return nil
      }
      guard kind == S_IFDIR else { throw refuse("is a file") }
      if Self.holds(place, run) { throw refuse("holds the run") }
      if Self.holds(place, ".") { throw refuse("is the current folder or above it") }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: place).sorted() else {
        throw refuse("cannot be read")
      }
      if let foreign = names.first(where: { !Self.isOwn($0, in: place) }) {
        throw refuse("holds '\(foreign)', which wattle train does not write")
      }
      guard !names.isEmpty else {
        trainingCount = 0
        return
      }
      guard let data = FileManager.default.contents(atPath: place + "/summary.json"),
        let summary = try? JSONDecoder().decode(Summary.self, from: data), summary.format == Retraining.format
      else { throw refuse("holds a summary.json that wattle train did not write, or none") }
      trainingCount = (summary.trainings ?? []).count { $0.weights != nil }
    }

    /// Whether a folder is another or one above it; false if the other cannot be reached.
    private static func holds(_ folder: String, _ other: String) -> Bool {
      guard let other = resolved(other) else { return false }
      return folder == "/" || other == folder || other.hasPrefix(folder + "/")
    }

    /// Whether a training writes a file of this name.
    private static func isOwn(_ name: String, in folder: String) -> Bool {
      var status = stat()
      guard lstat(folder + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
      return ["summary.json", "seeds.csv"].contains(name) || name.hasPrefix(draftPrefix)
        || name.wholeMatch(of: /seed-\d+\.safetensors/) != nil
    }

    /// Removes what trainings write from a folder, and the folder if nothing else is in it.
    static func remove(_ folder: String) {
      empty(folder)
      rmdir(folder)
    }

    /// Removes what trainings write from a folder.
    static func empty(_ folder: String) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names where isOwn(name, in: folder) { unlink(folder + "/" + name) }
    }

    /// The absolute path of what is there, without links; nil if nothing is.
    static func resolved(_ path: String) -> String? {
      guard let resolved = realpath(path, nil) else { return nil }
      defer { free(resolved) }
      return String(cString: resolved)
    }
  }
}
