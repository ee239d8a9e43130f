import Foundation

extension Retraining {
  /// The folder of a retraining on its way: filled beside its place, then put there in one step.
  public final class Output {
    private let place: String
    private let draft: String
    private var isPublished = false

    /// Makes the draft's folder.
    ///
    /// - Parameter replaces: whether a folder that is there already may be replaced.
    /// - Throws: ``RetrainingError/folderExists(path:)`` or ``RunFolderError``.
    public init(for retraining: Retraining, replaces: Bool) throws {
      place = retraining.folder
      let parent = URL(fileURLWithPath: place).deletingLastPathComponent().path
      draft = "\(parent)/.\(URL(fileURLWithPath: place).lastPathComponent).\(getpid())"
      let manager = FileManager.default
      guard replaces || !manager.fileExists(atPath: place) else {
        throw RetrainingError.folderExists(path: place)
      }
      do {
        try manager.createDirectory(atPath: draft, withIntermediateDirectories: true)
      } catch {
        throw RunFolderError.cannotCreate(path: place, reason: error.localizedDescription)
      }
    }

    deinit { if !isPublished { try? FileManager.default.removeItem(atPath: draft) } }

    /// The absolute path of a file in the draft: a worker has a working directory of its own.
    public func path(of name: String) -> String { URL(fileURLWithPath: draft + "/" + name).path }

    /// Writes a text into the draft.
    public func write(_ text: String, to name: String) throws {
      try writeAtomically(text, to: path(of: name))
    }

    /// Puts the draft in its place, which it takes from a folder that was there.
    ///
    /// - Throws: ``RunFolderError/cannotWrite(path:reason:)``.
    public func publish() throws {
      let manager = FileManager.default
      do {
        if manager.fileExists(atPath: place) {
          let old = draft + ".old"
          try manager.moveItem(atPath: place, toPath: old)
          try manager.moveItem(atPath: draft, toPath: place)
          try manager.removeItem(atPath: old)
        } else {
          try manager.moveItem(atPath: draft, toPath: place)
        }
      } catch {
        throw RunFolderError.cannotWrite(path: place, reason: error.localizedDescription)
      }
      isPublished = true
    }
  }
}
