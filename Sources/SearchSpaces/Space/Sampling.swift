/// How random draws are spread over the options of a space.
public enum Sampling: String, Codable, Hashable, CaseIterable, Sendable {
  /// Each option is as likely as the others, however much stands inside it.
  case byOption = "by-option"
  /// An option weighs as much as the cells below it, so that every cell of a finite space is as likely as the others.
  ///
  /// A `float` counts its grid points, or 1 without any; ranges of scale `log` keep their scale.
  case byLeaf = "by-leaf"
}
