extension StudyConfiguration.SearchSection {
  /// The defaults with overrides of the form `search.population=32`, for searches of what has no configuration file.
  ///
  /// - Throws: ``ConfigurationError`` with the override that is wrong, or that is of another section.
  public init(overrides: [String]) throws {
    var root = ConfigurationNode(content: .mapping([]), place: .code)
    for override in overrides { try ConfigurationOverride(override).apply(to: &root) }
    try self.init(MappingReader(root, name: "", keys: ["search"]).optional("search"))
  }
}
