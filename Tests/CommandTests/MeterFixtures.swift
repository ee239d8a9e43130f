import Foundation

/// The path of the program under test, for shell scripts.
let programPath = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appendingPathComponent("wattle").path

/// A shell loop that takes some tenths of a second of CPU time.
let busyLoop = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done"

/// The seconds in what a shell's `times` prints: the shell's user and system time, then those of its children.
func seconds(inTimes text: String) -> Double {
  text.matches(of: #/(\d+)m([\d.]+)s/#).reduce(0) {
    $0 + (Double($1.1) ?? .nan) * 60 + (Double($1.2) ?? .nan)
  }
}

extension Workplace {
  /// Meters a shell script and returns what the program wrote as JSON, beside how it ended.
  func meter(_ script: String, _ options: String...) throws -> (ended: Ended, json: JSON) {
    let ended = try run(["meter", "--json", "meter.json"] + options + ["--", "sh", "-c", script])
    return (ended, try json("meter.json"))
  }
}
