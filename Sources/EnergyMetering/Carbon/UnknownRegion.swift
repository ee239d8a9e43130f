/// There is no carbon intensity for a region; the message names the nearest, or all.
public struct UnknownRegion: Error, Hashable, CustomStringConvertible {
  /// What was asked for.
  public var region: String

  /// An unknown region.
  public init(region: String) { self.region = region }

  /// The region whose name is at most two letters off, if there is one.
  public var suggestion: CarbonIntensity? {
    let wanted = Array(region.lowercased())
    // Two-letter codes are all within two letters of each other, so that only longer words are compared.
    guard wanted.count > 3 else { return nil }
    let distances = CarbonIntensity.all.map { candidate in
      let longer = CarbonIntensity.names(of: candidate).filter { $0.count > 3 }
      return (candidate, longer.map { Self.distance(wanted, Array($0)) }.min() ?? .max)
    }
    return distances.min { $0.1 < $1.1 }.flatMap { $0.1 <= 2 ? $0.0 : nil }
  }

  /// The message for people.
  public var description: String {
    if let suggestion {
      return "unknown region `\(region)`; did you mean \(suggestion.name) (\(suggestion.code))?"
    }
    let known = CarbonIntensity.all.map { "\($0.code) (\($0.name))" }.joined(separator: ", ")
    return "unknown region `\(region)`; known are \(known)"
  }

  /// Levenshtein's distance: letters to insert, remove or replace.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (letter == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
