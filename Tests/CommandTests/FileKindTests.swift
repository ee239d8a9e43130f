import Foundation
import Testing

/// What is read and written where the user names no plain file.
@Suite struct FileKindTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
    #expect(mkfifo(place.path("pipe"), 0o600) == 0)
  }

  @Test(
    "a named pipe is refused before anything is run",
    arguments: [
      "meter --json pipe -- touch ran", "meter --csv pipe -- touch ran", "pareto run --csv pipe",
    ])
  func outputPipe(command: String) throws {
    let ended = try place.shell("wattle \(command)")
    #expect(ended.status == 73)
    #expect(
      ended.errorLines == [
        "pipe: cannot be written: is a named pipe; give a file, or - to write to standard output"
      ], "\(ended.errors)")
    #expect(!place.names().contains("ran"))
  }

  @Test("a socket is refused as a named pipe is")
  func socket() throws {
    let ended = try place.shell(
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"plug\")'; wattle pareto run --csv plug"
    )
    #expect(
      ended.status == 73 && ended.errors.contains("plug: cannot be written: is a socket"), "\(ended.errors)")
  }

  @Test("a configuration is a regular file, or what the shell holds open")
  func configuration() throws {
    let refused = try place.shell("wattle search pipe --run new")
    #expect(refused.status == 66)
    #expect(
      refused.errorLines == [
        "pipe: not a regular file; give the path of a YAML file, or /dev/stdin"
      ], "\(refused.errors)")
    for (number, source) in ["/dev/stdin < small.yaml", "<(cat small.yaml)"].enumerated() {
      let ended = try place.shell("wattle search \(source) --trials 1 --run new\(number)")
      #expect(ended.status == 0, "\(ended.errors)")
    }
    let piped = try place.shell("cat small.yaml | wattle search /dev/stdin --trials 1 --run new2")
    #expect(piped.status == 0, "\(piped.errors)")
    // A pipe can be read once; a comparison needs its text for each search.
    let compared = try place.shell(
      "wattle compare <(cat small.yaml) --strategies random,grid --seeds 1 --trials 1 --run compared")
    #expect(compared.status == 0, "\(compared.errors)")
  }

  @Test("results go into what the shell holds open")
  func descriptors() throws {
    let front = try place.text(of: "run/pareto.csv")
    let cases = [
      "wattle pareto run --csv /dev/stdout | cat > got; grep -q '^Front' got && grep -v '^Front' got > /dev/null",
      "wattle pareto run --csv >(cat > got) > /dev/null; sleep 0.3",
      "wattle pareto run --csv /dev/fd/7 7> got > /dev/null",
      "wattle pareto run --csv /dev/null > /dev/null; cp run/pareto.csv got",
    ]
    for script in cases {
      let ended = try place.shell(script)
      #expect(ended.status == 0, "\(script): \(ended.errors)")
      #expect(try place.text(of: "got").hasPrefix(front), "\(script)")
    }
    let closed = try place.shell("wattle pareto run --csv /dev/fd/9")
    #expect(closed.errorLines == ["/dev/fd/9: cannot be written: Bad file descriptor"])
    #expect(closed.status == 73)
  }

  @Test(
    "a journal that is no file is said to be none",
    arguments: ["show run", "search small.yaml --run run --resume"])
  func journal(command: String) throws {
    let ended = try place.shell("rm run/study.sqlite*; mkdir run/study.sqlite; wattle \(command)")
    #expect(ended.status == 65)
    #expect(
      ended.errorLines == ["run/study.sqlite: expected the journal of a run, found a folder"],
      "\(ended.errors)")
  }

  @Test("the cause is said in the system's words")
  func causes() throws {
    let below = try place.run("search", "small.yaml", "--run", "/dev/null/x")
    #expect(below.status == 73)
    #expect(below.errorLines == ["/dev/null/x: the run's folder cannot be made: Not a directory"])
    let file = try place.run("train", "run", "--output", "small.yaml/x")
    #expect(file.errorLines == ["small.yaml/x: the run's folder cannot be made: Not a directory"])
    for command in [
      "meter --json x.json -- true", "meter --csv x.csv -- true", "pareto ../run --csv x.csv",
      "train ../run --output x",
    ] {
      let ended = try place.shell("mkdir gone; cd gone; rmdir ../gone; wattle \(command)")
      #expect(ended.status == 73, "\(command): \(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
      #expect(ended.errors.contains(": No such file or directory"), "\(ended.errors)")
    }
  }
}
