import Foundation
import UntrustedReaders

/// libFuzzer's own loop, of clang's run-time library.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ target: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// libFuzzer's main program, which is not used, wants it.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzDriver.read(bytes, count)
}

/// `wattle-fuzz READER …` hands a reader to libFuzzer with the rest of the arguments; `wattle-fuzz --list` names the readers
/// and their longest inputs; `wattle-fuzz READER --examples FOLDER` writes well-formed inputs to begin with.
@main
enum FuzzDriver {
  /// The environment's variable that names the reader to what libFuzzer starts.
  private static let variable = "WATTLE_FUZZ_READER"
  nonisolated(unsafe) private static var reader = UntrustedReader.all[0]

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, arguments[1] != "--list" else {
      for reader in UntrustedReader.all { print(reader.name, reader.largestInput) }
      return
    }
    // libFuzzer starts this program anew for a merge, with its own arguments alone.
    let isInner = arguments[1].hasPrefix("-")
    let name = isInner ? ProcessInfo.processInfo.environment[variable] ?? "" : arguments[1]
    guard let chosen = UntrustedReader.all.first(where: { $0.name == name }) else {
      FileHandle.standardError.write(Data("no reader is called '\(name)'; see --list\n".utf8))
      exit(64)
    }
    reader = chosen
    if arguments.count == 4, arguments[2] == "--examples" {
      for (index, example) in chosen.examples.enumerated() {
        try Data(example).write(to: URL(fileURLWithPath: "\(arguments[3])/example-\(index + 1)"))
      }
      return
    }
    var count = CommandLine.argc
    var rest = CommandLine.unsafeArgv
    if !isInner {
      setenv(variable, name, 1)
      (count, rest) = (count - 1, rest + 1)
      rest[0] = CommandLine.unsafeArgv[0]
    }
    exit(runFuzzer(&count, &rest) { FuzzDriver.read($0, $1) })
  }

  fileprivate static func read(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
      try reader.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
      FileHandle.standardError.write(Data("\(reader.name): \(error)\n".utf8))
      abort()
    }
    return 0
  }
}
