import EnergyMetering
import SearchSpaces

extension StudyConfiguration {
  /// The configuration that a run's journal holds.
  ///
  /// Errors name the run's own file where it says the same, so that a data file that is gone is found in it.
  ///
  /// - Throws: `ConfigurationError` with a place in that file, or ``JournalError/damaged(path:place:problem:)``.
  init(recordedIn header: Journal.Header, of folder: RunFolder) throws {
    let path = folder.path(of: .configuration)
    if let written = try? SystemFiles().contents(of: path, atMost: ConfigurationFile.largestBytes),
      written.hasPrefix(RunFolder.configurationMark),
      written.drop(while: { $0 != "\n" }).dropFirst() == header.configuration,
      let configuration = try? StudyConfiguration(yaml: written, fileName: path)
    {
      self = configuration
      return
    }
    let journal = folder.path(of: .journal)
    do {
      try self.init(yaml: header.configuration, fileName: "\(journal) (configuration)")
    } catch let error as ConfigurationError {
      guard case .file(_, let line, let column) = error.place else { throw error }
      throw JournalError.damaged(
        path: journal, place: "study, configuration, line \(line), column \(column)", problem: error.message)
    }
  }
}
