import Foundation

extension Retraining {
  /// The folder of a retraining on its way: filled beside its place, then put there in one step.
  ///
  /// The draft has a name of its own for each place, and whoever works on it holds a lock on it, which the system
  /// releases when the process ends, however it ends. What a killed process left is cleared by the next.
  public final class Output {
    private let shown: String
    private let place: String
    private let run: String
    private let replaces: Bool
    private let draft: Draft

    /// How many trainings the folder that is to be replaced has the weights of; 0 if there is none.
    public let formerTrainingCount: Int

    /// Claims the place and makes the draft's folder.
    ///
    /// - Parameter replaces: whether what an earlier training left in the place may be replaced; nothing else ever is.
    /// - Throws: ``RetrainingError/folderExists(path:)``, ``RetrainingError/notReplaceable(path:cause:)``,
    ///   ``RetrainingError/inUse(path:)`` or ``RunFolderError``.
    public init(for retraining: Retraining, replaces: Bool) throws {
      shown = retraining.folder
      run = retraining.run.folder.path
      self.replaces = replaces
      let trained = run + "/trained"
      if parentFolder(of: shown) == trained, isLink(trained) { throw RunFolderError.link(path: trained) }
      if let there = FormerOutput.resolved(shown) {
        place = there
      } else {
        let parent = parentFolder(of: shown)
        try makeFolders(parent, for: shown)
        // With the folders above it, `new/..` is there as well.
        place =
          FormerOutput.resolved(shown)
          ?? (FormerOutput.resolved(parent) ?? parent) + "/" + lastPart(of: shown)
      }
      // Before the lock, since that makes a folder beside a place that may be no one's to touch; and behind it, since
      // another process may have filled the place in between.
      _ = try Self.former(at: place, run: run, shown: shown, replaces: replaces)
      draft = try Draft(of: place, shown: shown)
      formerTrainingCount =
        try Self.former(at: place, run: run, shown: shown, replaces: replaces)?.trainingCount ?? 0
    }

    private static func former(
      at place: String, run: String, shown: String, replaces: Bool
    ) throws -> FormerOutput? {
      let former = try FormerOutput(at: place, run: run, shown: shown)
      if let former, former.trainingCount > 0, !replaces { throw RetrainingError.folderExists(path: shown) }
      return former
    }

    /// The absolute path of a file in the draft: a worker has a working directory of its own.
    public func path(of name: String) -> String { draft.path + "/" + name }

    /// The path that a file of the draft will have, for messages.
    func placed(_ path: String) -> String { path.replacing(draft.path, with: shown, maxReplacements: 1) }

    /// Writes a text into the draft.
    ///
    /// - Throws: ``RunFolderError/cannotWrite(path:reason:)`` with the path that the file was to have.
    public func write(_ text: String, to name: String) throws {
      do {
        try writeAtomically(text, to: path(of: name))
      } catch RunFolderError.cannotWrite(let path, let reason) {
        throw RunFolderError.cannotWrite(path: placed(path), reason: reason)
      }
    }

    /// Puts the draft in its place, which it takes from what an earlier training left there.
    ///
    /// - Throws: as ``init(for:replaces:)``, if someone put other files there meanwhile, or
    ///   ``RunFolderError/cannotWrite(path:reason:)``.
    public func publish() throws {
      let former = try Self.former(at: place, run: run, shown: shown, replaces: replaces)
      guard former == nil || rename(place, draft.formerPath) == 0 else {
        throw RunFolderError.cannotWrite(path: shown, reason: systemReason())
      }
      guard rename(draft.path, place) == 0 else {
        let reason = systemReason()
        rename(draft.formerPath, place)
        throw RunFolderError.cannotWrite(path: shown, reason: reason)
      }
      FormerOutput.remove(draft.formerPath)
    }
  }

  /// The locked folder beside the place of an output.
  private final class Draft {
    let path: String
    private let lock: Int32

    /// Where the former output waits while the draft takes its place.
    let formerPath: String

    init(of place: String, shown: String) throws {
      let parent = parentFolder(of: place)
      path = (parent == "/" ? "" : parent) + "/.\(lastPart(of: place)).training"
      formerPath = path + ".former"
      lock = try Self.claim(path, shown: shown)
      // A process that was killed in mid-exchange left the place empty.
      if kind(of: place) == nil { rename(formerPath, place) }
      FormerOutput.remove(formerPath)
      FormerOutput.empty(path)
    }

    deinit {
      // After it was put in its place, another process may have made a folder of the same name.
      if Self.isSame(lock, path) { FormerOutput.remove(path) }
      close(lock)
    }

    private static func claim(_ path: String, shown: String) throws -> Int32 {
      while true {
        if mkdir(path, folderMode) != 0, errno != EEXIST {
          throw RunFolderError.cannotCreate(path: shown, reason: systemReason())
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { continue }
        guard descriptor >= 0 else {
          throw RunFolderError.cannotCreate(path: shown, reason: systemReason())
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
          close(descriptor)
          throw RetrainingError.inUse(path: shown)
        }
        // Between opening and locking, its owner may have put it in its place or removed it.
        if isSame(descriptor, path) { return descriptor }
        close(descriptor)
      }
    }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
      var (locked, named) = (stat(), stat())
      return fstat(descriptor, &locked) == 0 && lstat(path, &named) == 0 && locked.st_ino == named.st_ino
        && locked.st_dev == named.st_dev
    }
  }
}
