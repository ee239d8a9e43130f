import ArgumentParser
import Reports

@main
struct Wattle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wattle", abstract: "Architecture search with energy in the objective.", version: "0.1.0")
}
