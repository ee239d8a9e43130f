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

  /// What the folder has for a processor.
  public struct Contents: Sendable {
    /// The profile that serves the processor, with its path; nil if there is none.
    public fileprivate(set) var profile: (profile: EnergyProfile, path: String)?
    /// Files that are no profiles though they have a profile's name: one of them may be the very one that is wanted.
    public fileprivate(set) var damaged: [EnergyProfileError] = []
    /// What could not be read: the folder, or files in it. It is passed over.
    public fileprivate(set) var unreadable: [EnergyProfileError] = []
  }

  /// The largest file that is read; a calibration's is a hundredth of it.
  static let largestBytes = 1_000_000

  /// Looks what there is for a processor.
  ///
  /// Where several profiles serve it, one of a processor of the same name comes first, then the newest.
  public func contents(
    for processor: ProcessorIdentity, files: any FileOpener = SystemFiles()
  ) -> Contents {
    var contents = Contents()
    var fitting: [(profile: EnergyProfile, path: String)] = []
    for file in paths(files, noting: &contents.unreadable) {
      do throws(FileAccessError) {
        let text = try files.contents(of: file, atMost: Self.largestBytes)
        do throws(EnergyProfileError) {
          let profile = try EnergyProfile(json: text, path: file)
          if profile.serves(processor) { fitting.append((profile, file)) }
        } catch {
          // A processor that no profile serves misses nothing.
          if EnergyProfile.canServe(processor) {
            contents.damaged.append(error)
          } else {
            contents.unreadable.append(error)
          }
        }
      } catch {
        let isOddName = file.contains("\u{fffd}") && error == .missing(file)
        contents.unreadable.append(
          .unreadable(path: file, reason: isOddName ? "its name is not UTF-8" : error.reason))
      }
    }
    contents.profile = fitting.max { left, right in
      let isSame = (
        left.profile.processor.modelName == processor.modelName,
        right.profile.processor.modelName == processor.modelName
      )
      return isSame.0 == isSame.1 ? left.profile.date < right.profile.date : isSame.1
    }
    return contents
  }

  /// The files of the folder that have a profile's name.
  private func paths(_ files: any FileOpener, noting problems: inout [EnergyProfileError]) -> [String] {
    guard let path else { return [] }
    do throws(FileAccessError) {
      return try files.entries(of: path).sorted().filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        .map { path + "/" + $0 }
    } catch {
      if case .missing = error { return [] }
      problems.append(.unreadable(path: path, reason: error.reason))
      return []
    }
  }

  /// Where the profile of a processor belongs; nil where there is no home.
  public func path(of profile: EnergyProfile) -> String? {
    let words = (profile.family + " " + profile.processor.modelName).lowercased()
      .split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    return path.map { "\($0)/\(words.joined(separator: "-").prefix(120)).json" }
  }
}
