import Foundation
import Testing

/// Whole searches on a scheduler that is played by shell scripts; `tools/slurm-check` does the like on a real Slurm.
@Suite struct SlurmSearchTests {
  /// The small study with objectives that nothing measured decides, and a scheduler whose tasks are processes of this machine.
  private static func place() throws -> Workplace {
    let place = try Workplace()
    try place.write(
      smallConfiguration + "objectives: [{maximize: accuracy}, {minimize: parameters}]\n", to: "small.yaml")
    try FileManager.default.createDirectory(
      atPath: place.path("slurm/tasks"), withIntermediateDirectories: true)
    for (name, script) in scripts {
      try place.write("#!/bin/sh\nhere=${0%/*}\n" + script, to: "slurm/\(name)")
      chmod(place.path("slurm/\(name)"), 0o755)
    }
    return place
  }

  private static let environment = "WATTLE_SLURM_PROGRAMS=\"$PWD/slurm\" WATTLE_SLURM_GRACE=1"

  /// Runs a script in which `cluster` searches on the scheduler.
  private static func shell(_ place: Workplace, _ script: String) throws -> Ended {
    try place.shell(
      """
      export \(environment)
      cluster() { timeout -s KILL 120 '\(programPath)' search small.yaml --executor slurm "$@"; }
      \(script)
      """)
  }

  private static let evolution = [
    "--strategy evolutionary --trials 12 --set search.population=4 --set search.lookahead=3",
    "--set architecture[0].dense.units='{int: [40, 60]}' --set training.epochs=10",
  ].joined(separator: " ")

  private static func unmeasured(_ place: Workplace, _ file: String) throws -> Table {
    try place.table(file).without(Table.measuredColumns)
  }

  private static func booksClose(_ place: Workplace, _ run: String) throws -> Bool {
    let metered = try #require(try place.json("\(run)/summary.json").number("metered_joules"))
    let booked = try place.table("\(run)/ledger.csv").numbers("joules").reduce(0, +)
    return abs(booked - metered) <= 1e-9 * metered
  }

  @Test(
    "a search on a cluster has the candidates, results and front of one on this machine, and says where it ran"
  )
  func asLocal() throws {
    let place = try Self.place()
    let local = try Self.shell(place, "wattle search small.yaml --run local \(Self.evolution)")
    #expect(local.status == 0, "\(local.errors)")
    let ended = try Self.shell(place, "cluster --run run --workers 3 \(Self.evolution)")
    #expect(ended.status == 0, "\(ended.errors)")
    for file in ["trials.csv", "pareto.csv"] {
      #expect(try Self.unmeasured(place, "run/\(file)") == Self.unmeasured(place, "local/\(file)"))
    }
    #expect(try Self.booksClose(place, "run"))
    #expect(try place.text(of: "run/config.yaml").contains("executor: slurm"))
    let host = try place.text(of: "run/host.json")
    #expect(host.contains("\"name\" : \"fake0\"") && host.contains("\"energy_source\" : \"power-model\""))
    #expect(place.names(in: "run/nodes") == ["fake0.json", "fake1.json"])
    #expect(place.names(in: "run/slurm/batches").isEmpty && place.names(in: "run/slurm/results").isEmpty)
  }

  @Test("a scheduler that counts more processors than there can be does no harm")
  func processors() throws {
    let place = try Self.place()
    let nodes = "printf 'a|9223372036854775807\\nb|9223372036854775807\\nc|99999999999999999999\\n'"
    try place.write("#!/bin/sh\n\(nodes)\n", to: "slurm/sinfo")
    chmod(place.path("slurm/sinfo"), 0o755)
    let ended = try Self.shell(place, "cluster --run run --trials 2")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  @Test(
    "trainings pause, go on and inherit through the run folder",
    arguments: [
      "--trials 24 --set training.epochs=30 --set search.fidelity='{scheme: asha, reduction: 3, rungs: 3}'",
      "--strategy evolutionary --trials 12 --set search.population=4 --set search.inherit-weights='{epochs: 0.5}' --set architecture[0].dense.units='{int: [40, 60]}'",
    ])
  func checkpoints(options: String) throws {
    let place = try Self.place()
    let local = try Self.shell(place, "wattle search small.yaml --run local \(options)")
    #expect(local.status == 0, "\(local.errors)")
    let ended = try Self.shell(place, "cluster --run run \(options)")
    #expect(ended.status == 0, "\(ended.errors)")
    let trials = try Self.unmeasured(place, "run/trials.csv")
    #expect(trials == (try Self.unmeasured(place, "local/trials.csv")))
    #expect((trials["continues"] + trials["inherits"]).contains { !$0.isEmpty })
    #expect(!ended.errors.contains("warning"), "\(ended.errors)")
  }

  @Test("a search that is killed and resumed loses no trial, and trains none twice", arguments: [1, 8])
  func killed(endedTrials: Int) throws {
    let place = try Self.place()
    let script = """
      wattle search small.yaml --run whole \(Self.evolution) || exit 1
      '\(programPath)' search small.yaml --executor slurm --run run \(Self.evolution) 2>progress &
      until [ "$(grep -c '\\] trial ' progress)" -ge \(endedTrials) ]; do sleep 0.01; done
      kill -KILL $!
      wait $!
      cluster --run run --resume \(Self.evolution)
      """
    let ended = try Self.shell(place, script)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      try Self.unmeasured(place, "run/trials.csv") == Self.unmeasured(place, "whole/trials.csv"))
    #expect(try Self.booksClose(place, "run"))
    // Each trial was handed out once: the tasks that ran on were found again.
    let trained = try place.table("run/trials.csv")["state"].count { $0 == "completed" }
    let handedOut = try place.text(of: "slurm/sbatch.calls").matches(of: /--array=0-(\d+)/)
      .reduce(0) { $0 + (Int($1.1) ?? 0) + 1 }
    #expect(handedOut == trained)
  }

  @Test(
    "a request to stop ends cleanly, with nothing left on the cluster, and the search goes on with --resume")
  func stopped() throws {
    let place = try Self.place()
    let script = """
      '\(programPath)' search small.yaml --executor slurm --run run --workers 3 \(Self.evolution) 2>progress &
      until [ "$(grep -c '\\] trial ' progress)" -ge 3 ]; do sleep 0.01; done
      kill -INT $!
      wait $!
      echo "stopped $?"
      grep -l 'PENDING\\|RUNNING' slurm/tasks/*[0-9]
      cluster --run run --resume \(Self.evolution) >/dev/null && wattle search small.yaml --run whole \(Self.evolution) >/dev/null
      """
    let ended = try Self.shell(place, script)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.outputLines.last == "stopped 130", "\(ended.output)")
    #expect(try place.text(of: "progress").contains("--resume"))
    #expect(
      try Self.unmeasured(place, "run/trials.csv") == Self.unmeasured(place, "whole/trials.csv"))
    #expect(try Self.booksClose(place, "run"))
  }

  @Test(
    "where there is no scheduler, or its folder cannot be used, one line says so before anything is written")
  func unusable() throws {
    let place = try Self.place()
    let none = try place.shell(
      "WATTLE_SLURM_PROGRAMS=/nowhere wattle search small.yaml --executor slurm --run run")
    #expect(none.status == 69)
    #expect(none.errorLines.last?.hasPrefix("Slurm cannot be used here: sinfo: /nowhere/sinfo: ") == true)
    let clusters = try Self.shell(place, "export SBATCH_CLUSTERS=near,far\ncluster --run run")
    #expect(clusters.status == 69)
    #expect(
      clusters.errorLines.last?.hasPrefix(
        "Slurm cannot be used here: SBATCH_CLUSTERS: expected the name of one cluster, found 'near,far'; ")
        == true)
    let pattern = try Self.shell(place, "cluster --run 'a%b'")
    #expect(pattern.status == 65)
    #expect(
      pattern.errorLines.last
        == "a%b: with Slurm the folder's path must have no '%'; choose another with --run")
    let hostile = try Self.shell(place, "cluster --run run --partition '$(touch gone)'")
    #expect(hostile.status == 65)
    #expect(hostile.errors.contains("partition: expected a name"))
    let task = try place.run("worker", "--batch", "small.yaml")
    #expect(task.status == 65)
    #expect(task.errors.contains("small.yaml: expected a batch of tasks"))
    #expect(place.names() == ["slurm", "small.yaml"])
  }

  private static let scripts = [
    "sbatch": """
    echo "$*" >>"$here/sbatch.calls"
    for argument; do
      case $argument in
        --array=0-*) last=${argument#--array=0-} ;;
        --job-name=*) name=${argument#--job-name=} ;;
      esac
    done
    while [ $# -gt 3 ]; do shift; done
    job=$(($(cat "$here/jobs" 2>/dev/null || echo 100) + 1))
    echo $job >"$here/jobs"
    task=0
    while [ $task -le $last ]; do
      file=$here/tasks/$name-$task
      echo "$job|RUNNING|fake$((job % 2))" >"$file"
      (
        SLURM_ARRAY_TASK_ID=$task SLURMD_NODENAME=fake$((job % 2)) /bin/sh "$@" </dev/null >/dev/null 2>&1
        echo "$job|COMPLETED|fake$((job % 2))" >"$file"
      ) </dev/null >/dev/null 2>&1 &
      task=$((task + 1))
    done
    echo $job
    """,
    "squeue": """
    for file in "$here"/tasks/*[0-9]; do
      [ -e "$file" ] || continue
      IFS='|' read -r job state node <"$file"
      name=${file##*/}
      echo "${name%-*}|$job|${name##*-}|$state|$node"
    done
    """,
    "scancel": "echo \"$*\" >>\"$here/scancel.calls\"",
    "sacct": "echo 'Slurm accounting storage is disabled' >&2; exit 1",
    "sinfo": "printf 'fake0|2\\nfake1|2\\n'",
  ]
}
