import Foundation
import Testing

/// What is done with a run's folder that somebody else may have made, and who may look into one.
@Suite struct HostileRunTests {
  let place: Workplace

  init() throws { place = try .withSmallStudy() }

  /// The permissions of a path and of all in it, as octal numbers.
  private func permissions(in folder: String) throws -> [(path: String, mode: Int)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: place.path(folder))
    return try ([folder] + names.map { "\(folder)/\($0)" }).map { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: place.path(name))
      return (name, (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1)
    }
  }

  @Test(
    "a run's files are for their owner to write, whatever the mask allows", arguments: ["000", "022", "077"])
  func masks(mask: String) throws {
    let ended = try place.shell(
      """
      umask \(mask); wattle search small.yaml --run runs/run --trials 2 && wattle train runs/run --seeds 1 \
        && wattle pareto runs/run --csv runs/front.csv && wattle meter -q --csv runs/meter.csv -- true
      """)
    #expect(ended.status == 0, "\(ended.errors)")
    let forbidden = (Int(mask, radix: 8) ?? 0) | 0o022
    for (path, mode) in try permissions(in: "runs") {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: place.path(path), isDirectory: &isFolder)
      let most = isFolder.boolValue ? 0o755 : 0o644
      #expect(mode & ~most == 0 && mode & forbidden == 0, "\(path): \(String(mode, radix: 8))")
    }
  }

  @Test(
    "a search writes nothing behind a link in its run",
    arguments: ["study.sqlite", "study.sqlite-wal", ".lock", "checkpoints", "trained"])
  func links(name: String) throws {
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
    let ended = try place.shell(
      """
      mkdir elsewhere; echo keep > elsewhere/file
      if [ -f run/\(name) ]; then mv run/\(name) elsewhere/moved; ln -s ../elsewhere/moved run/\(name)
      else ln -s ../elsewhere run/\(name); fi
      find elsewhere -type f | sort | xargs cksum > before
      wattle search small.yaml --run run --trials 3 --resume; status=$?
      find elsewhere -type f | sort | xargs cksum | cmp - before || exit 98
      exit $status
      """)
    #expect(ended.status == 65, "\(ended.errors)")
    // The journal's files are looked at first.
    let isOfJournal = name == "study.sqlite-wal"
    #expect(
      isOfJournal
        || ended.errors.contains(
          "run/\(name): is a link, and a search writes and removes nothing behind links"),
      "\(ended.errors)")
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
  }

  @Test("weights are not written behind a link, and a table takes the place of one")
  func outputLinks() throws {
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
    let trained = try place.shell(
      "mkdir elsewhere; ln -s ../elsewhere run/trained; wattle train run --seeds 1")
    #expect(trained.status == 65, "\(trained.errors)")
    #expect(trained.errors.hasPrefix("run/trained: is a link"), "\(trained.errors)")
    #expect(place.names(in: "elsewhere").isEmpty)
    let resumed = try place.shell(
      """
      rm run/trained; echo keep > kept; chmod 777 kept; rm run/trials.csv; ln -s ../kept run/trials.csv
      wattle search small.yaml --run run --trials 3 --resume && cat kept && stat -c %a run/trials.csv && test ! -L run/trials.csv
      """)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("keep\n644\n"), "\(resumed.output)")
    #expect(try place.table("run/trials.csv").rows.count == 3)
  }

  @Test("nothing of a search has a socket, so nothing listens")
  func sockets() throws {
    // Foundation hands a socket of its own to what it starts.
    let script = """
      for path in /proc/self/fd/*; do number=${path##*/}; [ $number -gt 2 ] && eval "exec $number>&-"; done
      exec '\(programPath)' search small.yaml --run run --trials 100000
      """
    let search = try Running(["-c", script], of: "/bin/bash", in: place, input: nil, output: nil)
    #expect(eventually { search.endedTrials > 0 }, "\(search.errors)")
    let workers = search.workers()
    #expect(workers.count == 2)
    var kinds: Set<String> = []
    for process in workers + [search.process.processIdentifier] {
      let folder = "/proc/\(process)/fd"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        // Some are closed meanwhile.
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        else { continue }
        kinds.insert(String(target.prefix { $0 != ":" }))
      }
    }
    #expect(kinds.contains("pipe") && !kinds.contains("socket"), "\(kinds)")
    search.signal(SIGINT)
    _ = try search.wait()
  }
}
