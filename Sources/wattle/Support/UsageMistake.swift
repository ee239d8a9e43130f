import ArgumentParser
import Foundation
import SearchSpaces

/// What is said about a wrong use of a command: one line, with where to read how it is used.
enum UsageMistake {
  /// Ends the program with an error's exit code; a mistake in the arguments, and nothing else, is put into one line.
  static func exit(with error: any Error) -> Never {
    let code = Wattle.exitCode(for: error)
    guard code == .validationFailure else { Wattle.exit(withError: error) }
    let words = Wattle.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    // What was found while the command ran has been said.
    guard !words.isEmpty else { Wattle.exit(withError: error) }
    let sentence = words.hasSuffix(".") ? String(words.dropLast()) : words
    Terminal.complain("\(sentence.onOneLine(limit: .max)); see `\(command) --help`")
    Wattle.exit(withError: code)
  }

  /// The command that was asked for, as far as it is known.
  private static var command: String {
    let names = Wattle.configuration.subcommands.map { $0._commandName }
    let asked = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") }
    return asked.flatMap { names.contains($0) ? "wattle \($0)" : nil } ?? "wattle"
  }
}
