import Foundation
import Testing

@Suite struct LauncherTests {
  @Test("tools/wattle works through symbolic links, relative and absolute")
  func links() throws {
    let place = try Workplace()
    let root = URL(fileURLWithPath: shippedSpace("digits-mlp")).deletingLastPathComponent()
      .deletingLastPathComponent()
    // A copy of the launcher beside a program that is newer than its sources.
    let ended = try place.shell(
      """
      mkdir -p house/tools house/Sources house/.build/release bin
      cp '\(root.path)/tools/wattle' house/tools; touch -d yesterday house/Package.swift house/Sources
      printf '#!/bin/sh\\necho "here: $*"\\n' > house/.build/release/wattle; chmod +x house/.build/release/wattle
      ln -s ../house/tools/wattle bin/wattle; ln -s "$PWD/bin/wattle" bin/again
      cd /; PATH="$OLDPWD/bin:$PATH"; unset -f wattle; wattle one 'two three'; again four
      """)
    #expect(ended.output == "here: one two three\nhere: four\n", "\(ended.errors)")
  }
}
