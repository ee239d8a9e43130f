/// The environment that the scheduler's programs are started with.
///
/// Slurm's programs take options from variables, too. A filter that somebody set for his own looks at the queue would hide the
/// study's tasks, which would then be taken for vanished.
struct SchedulerSurroundings {
  /// The variables, without those that change what the programs answer.
  let variables: [String: String]
  /// The cluster that the user's variables choose, for all programs alike.
  let arguments: [String]
  /// Why the variables cannot be followed, in words; nil if they can.
  let problem: String?

  /// The variables that choose the cluster, the stronger first.
  private static let clusterVariables = ["SBATCH_CLUSTERS", "SLURM_CLUSTERS"]
  /// What the names of variables begin with that are options of the programs which ask and cancel.
  private static let filters = ["SQUEUE_", "SCANCEL_", "SACCT_", "SINFO_"]
  /// An option of `sbatch` that has it wait until the tasks are over.
  private static let waiting = "SBATCH_WAIT"

  /// What becomes of an environment.
  init(_ environment: [String: String]) {
    variables = environment.filter { name, _ in
      !Self.filters.contains(where: name.hasPrefix) && !Self.clusterVariables.contains(name)
        && name != Self.waiting
    }
    guard let name = Self.clusterVariables.first(where: { environment[$0]?.isEmpty == false }),
      let cluster = environment[name]
    else {
      (arguments, problem) = ([], nil)
      return
    }
    arguments = ["--clusters=\(cluster)"]
    problem =
      cluster == "all" || cluster.contains(",")
      ? "\(name): expected the name of one cluster, found '\(cluster.onOneLine(limit: 100))'" : nil
  }
}
