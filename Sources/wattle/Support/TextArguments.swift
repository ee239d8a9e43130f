import ArgumentParser
import EnergyMetering
import Studies

/// The names in an argument that lists some, separated by commas.
///
/// - Parameter noun: what one of them is called in messages, such as `objective`.
func names<Name: RawRepresentable & CaseIterable>(
  in text: String, noun: String
) throws -> [Name] where Name.RawValue == String {
  let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
  let names = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
    let written = String(part.trimmingPrefix { $0 == " " })
    guard !written.isEmpty else {
      throw ValidationError("expected a name before and behind each comma; known are \(known)")
    }
    guard let name = Name(rawValue: written) else {
      throw ValidationError("no \(noun) is called '\(written)'; known are \(known)")
    }
    return name
  }
  return names
}

/// Refuses an empty path, which an unset variable of a script leaves behind.
func requirePath(_ path: String?, of argument: String) throws {
  if path == "" { throw ValidationError("\(argument) needs a path, got an empty text") }
}

/// A text as one word of a shell's command line.
func shellQuoted(_ text: String) -> String {
  let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,@%".contains($0)) }
  return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
}

/// The command that goes on with a run. With the run's own configuration: the user's file lacks what options and overrides said.
func resumingCommand(for folder: RunFolder) -> String {
  let configuration = shellQuoted(folder.path(of: .configuration))
  return "wattle search \(configuration) --run \(shellQuoted(folder.path)) --resume"
}

/// A power usage effectiveness: one number, or two with a dash between them, whose middle is the best estimate.
func powerUsageEffectiveness(in text: String) throws -> UncertainValue {
  let ends = text.hasPrefix("-") ? [text[...]] : text.split(separator: "-", omittingEmptySubsequences: false)
  let numbers = ends.compactMap { Double($0) }
  guard numbers.count == ends.count, numbers.count <= 2, let low = numbers.first, let high = numbers.last,
    low <= high, low >= 1, high <= 100
  else {
    throw ValidationError(
      "--pue must be a number from 1 to 100, or two such as 1.05-1.2, the lesser first; got \(text)")
  }
  // As people would write the middle of 1.1 and 1.3.
  let middle = ((low + high) / 2 * 1e9).rounded() / 1e9
  return UncertainValue(min(max(low, middle), high), low: low, high: high)
}
