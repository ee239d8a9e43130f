import Foundation

/// The folder in which calibrations keep their profiles, one file a processor.
public struct EnergyProfileFolder: Sendable {
  /// The folder's path; it need not exist. Nil where there is no home.
  public let path: String?

  /// A folder.
  public init(path: String?) { self.path = path }

  /// `wattle/profiles` in the user's configuration folder: `$XDG_CONFIG_HOME`, or `~/.config` where that is not set.
  ///
  /// A relative `$XDG_CONFIG_HOME` does not count, as the XDG Base Directory Specification demands.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let configuration = absolute("XDG_CONFIG_HOME") ?? absolute("HOME").map { $0 + "/.config" }
    path = configuration.map { $0 + "/wattle/profiles" }
  }

  /// The profile that serves a processor, with its path; nil if there is none.
  ///
  /// Where several do, one of a processor of the same name comes first, then the newest.
  ///
  /// - Throws: ``EnergyProfileError`` for a file that is no profile: it may be the very one that is wanted.
  public func profile(
    for processor: ProcessorIdentity, files: any FileOpener = SystemFiles()
  ) throws(EnergyProfileError) -> (profile: EnergyProfile, path: String)? {
    let fitting = try all(files).filter { $0.profile.serves(processor) }
    return fitting.max { left, right in
      let isSame = (
        left.profile.processor.modelName == processor.modelName,
        right.profile.processor.modelName == processor.modelName
      )
      return isSame.0 == isSame.1 ? left.profile.date < right.profile.date : isSame.1
    }
  }

  private func all(
    _ files: any FileOpener
  ) throws(EnergyProfileError) -> [(profile: EnergyProfile, path: String)] {
    guard let path else { return [] }
    let names: [String]
    do { names = try files.entries(of: path) } catch {
      if case .missing = error { return [] }
      throw .unreadable(path: path, reason: "\(error)")
    }
    var profiles: [(profile: EnergyProfile, path: String)] = []
    for name in names.sorted() where name.hasSuffix(".json") && !name.hasPrefix(".") {
      let file = path + "/" + name
      let text: String
      do { text = try files.contents(of: file) } catch {
        throw .unreadable(path: file, reason: "\(error)")
      }
      profiles.append((try EnergyProfile(json: text, path: file), file))
    }
    return profiles
  }

  /// Where the profile of a processor belongs; nil where there is no home.
  public func path(of profile: EnergyProfile) -> String? {
    let words = (profile.family + " " + profile.processor.modelName).lowercased()
      .split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    return path.map { "\($0)/\(words.joined(separator: "-").prefix(120)).json" }
  }
}
