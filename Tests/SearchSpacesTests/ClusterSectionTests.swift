import SearchSpaces
import Testing

@Suite struct `The cluster that trials run on` {
  private func execution(_ text: String) throws -> StudyConfiguration.ExecutionSection {
    try StudyConfiguration(yaml: plainYAML(line: 13, "execution: {\(text)}"), fileName: "plain.yaml")
      .execution
  }

  @Test func `trials run on this machine unless the executor is slurm`() throws {
    #expect(try execution("workers: 2").cluster == nil)
    #expect(try execution("executor: local").cluster == nil)
    let plain = try execution("executor: slurm").cluster
    #expect(plain == StudyConfiguration.ClusterSection())
  }

  @Test func `what is asked of the scheduler is read as Slurm writes it`() throws {
    let cluster = try execution(
      "executor: slurm, partition: 'cpu,long-2', nodes: 4, account: 007, qos: high.1, constraint: '[a|b]&c*2', "
        + "time: 1-02:30:00, memory: 500M"
    ).cluster
    #expect(cluster?.partition == "cpu,long-2")
    #expect(cluster?.nodes == 4)
    // What looks like a number is a name all the same, with its zeros; a time is no number of base 60.
    #expect(cluster?.account == "007")
    #expect(cluster?.qos == "high.1")
    #expect(cluster?.constraint == "[a|b]&c*2")
    #expect(cluster?.time == "1-02:30:00")
    #expect(cluster?.memory == "500M")
    #expect(try execution("executor: slurm, time: 90").cluster?.time == "90")
    #expect(try execution("executor: slurm, time: 2:30:00").cluster?.time == "2:30:00")
  }

  @Test func `who switches the cluster off may leave its keys in the file`() throws {
    #expect(try execution("executor: local, partition: long, time: 90").cluster == nil)
  }

  @Test func `the resolved configuration has the cluster, and reads back to the same`() throws {
    let text = "executor: slurm, partition: cpu, nodes: 4, account: '007', time: '2:30:00', memory: 4G"
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 13, "execution: {\(text)}"), fileName: "plain.yaml")
    let again = try StudyConfiguration(yaml: configuration.resolvedYAML, fileName: "resolved.yaml")
    #expect(again == configuration)
    #expect(again.execution.cluster?.account == "007")
    #expect(again.execution.cluster?.time == "2:30:00")
    #expect(again.resolvedYAML == configuration.resolvedYAML)
    let local = try StudyConfiguration(yaml: plainYAML(line: 13, "search:"), fileName: "plain.yaml")
    #expect(!local.resolvedYAML.contains("executor"))
  }
}
