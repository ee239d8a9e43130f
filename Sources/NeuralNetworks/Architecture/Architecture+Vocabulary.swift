extension Architecture {
  /// How many names the embeddings know, that of the smallest; nil where there is no embedding.
  ///
  /// An embedding takes the whole sample, as whole numbers in 0 ..< vocabulary. A network that has one, even in a branch,
  /// therefore takes values as they are, not standardised.
  ///
  /// - Complexity: O(layers).
  public var vocabulary: Int? { Self.vocabulary(of: layers) }

  private static func vocabulary(of layers: [Layer]) -> Int? {
    layers.compactMap { layer in
      switch layer {
      case .embedding(let vocabulary, _): vocabulary
      case .residual(let body): Self.vocabulary(of: body)
      case .branches(_, let paths): paths.compactMap { Self.vocabulary(of: $0) }.min()
      default: nil
      }
    }
    .min()
  }
}
