/// Suggestions for names that were probably mistyped.
enum NearestName {
  /// The known name closest to a mistyped one, or nil when none is close enough to be meant.
  ///
  /// Close enough is at most a third of the letters, but at least one. The first of equally close names wins.
  static func suggestion(for name: String, among known: [String]) -> String? {
    let typed = Array(name.lowercased().unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in known {
      let letters = Array(candidate.lowercased().unicodeScalars)
      let distance = editDistance(typed, letters)
      let limit = max(1, max(typed.count, letters.count) / 3)
      if distance <= limit && distance < (best?.distance ?? Int.max) && distance < letters.count {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// The end of a message about an unknown name: the near miss, or else the list of what is known.
  ///
  /// - Parameter count: how many of the known names are listed.
  static func remedy(
    for name: String, among known: [String], noun: String, listing count: Int = .max
  ) -> String {
    if let suggestion = suggestion(for: name, among: known) { return "did you mean '\(suggestion)'?" }
    return "known \(noun): \(known.prefix(count).joined(separator: ", "))\(known.count > count ? ", …" : "")"
  }

  /// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost 1
  /// (Damerau 1964, "A technique for computer detection and correction of spelling errors", CACM 7(3)).
  static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [Int](repeating: 0, count: right.count + 1)
      current[0] = row
      for column in 1...right.count {
        let cost = left[row - 1] == right[column - 1] ? 0 : 1
        var distance = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          distance = min(distance, beforeLast[column - 2] + 1)
        }
        current[column] = distance
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
