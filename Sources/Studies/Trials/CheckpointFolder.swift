import Foundation

/// The checkpoints of a run's paused trainings, and the weights that later trials may inherit, a file a trial each.
struct CheckpointFolder {
  /// The folder's path.
  let path: String

  /// The checkpoint that a trial leaves.
  func path(ofTrial number: Int) -> String { "\(path)/\(Self.name(ofTrial: number))" }

  /// The trained weights that a trial leaves for its children.
  func weightsPath(ofTrial number: Int) -> String { "\(path)/\(Self.weightsName(ofTrial: number))" }

  /// What the checkpoints of a training under way begin with: the number of their epoch and an ending follow.
  func interimPrefix(ofTrial number: Int) -> String { "\(path)/\(Self.interimStart(ofTrial: number))" }

  /// The path of a file of the folder.
  func path(ofFile name: String) -> String { "\(path)/\(name)" }

  private static func interimStart(ofTrial number: Int) -> String { "trial-\(number).epoch-" }

  /// Whether a name is that of a checkpoint of a trial's training under way.
  static func isInterimName(_ name: String, ofTrial number: Int) -> Bool {
    name.wholeMatch(of: interimName).map { $0.1 == "\(number)" } ?? false
  }

  private static var interimName: Regex<(Substring, Substring)> {
    /trial-([0-9]+)\.epoch-[0-9]{1,9}\.checkpoint/
  }

  private static func weightsName(ofTrial number: Int) -> String { "trial-\(number).safetensors" }

  private static func name(ofTrial number: Int) -> String { "trial-\(number).checkpoint" }

  /// Makes the folder, if it is not there.
  ///
  /// - Throws: ``RunFolderError/cannotCreate(path:reason:)``.
  func make() throws { try makeFolders(path) }

  /// Removes what cannot be needed any more once a trial has ended and the journal says so: the checkpoint that it went on
  /// from, and its own unless it was paused.
  func removeUnneeded(after trial: Trial) {
    if let former = trial.continues { unlink(path(ofTrial: former)) }
    if trial.state != .pruned { unlink(path(ofTrial: trial.number)) }
  }

  /// Removes everything but the checkpoints of paused trials that no trial which has ended continues, and the weights of
  /// some trials, and some checkpoints of trainings under way: what a process that died had no time for.
  ///
  /// - Parameter tasksRunOn: whether trainings that the process handed out may have gone on since, or go on now: what those of
  ///   running trials have left is kept then, and the files that are being written.
  func keep(
    only trials: [Trial], weightsOf heritable: Set<Int>, interim: Set<String>, tasksRunOn: Bool = false
  ) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
    let states: Set<TrialState> = tasksRunOn ? [.pruned, .running] : [.pruned]
    let continued = Set(trials.filter { $0.state != .running }.compactMap(\.continues))
    let needed = Set(
      trials.filter { states.contains($0.state) && !continued.contains($0.number) }
        .map { Self.name(ofTrial: $0.number) }
    ).union(heritable.map(Self.weightsName))
    for name in names where !needed.contains(name) && !interim.contains(path(ofFile: name)) {
      if tasksRunOn, name.hasPrefix(draftPrefix) { continue }
      unlink(path(ofFile: name))
    }
  }

  /// Removes the checkpoints of trainings under way but those of some names.
  func removeInterim(except needed: Set<String>) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.wholeMatch(of: Self.interimName) != nil && !needed.contains(name) {
      unlink(path(ofFile: name))
    }
  }

  /// Removes the folder if nothing is in it.
  func removeIfEmpty() { rmdir(path) }

  /// Removes all.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
