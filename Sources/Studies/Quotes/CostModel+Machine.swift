import EnergyMetering

extension CostModel {
  /// A model that has seen nothing but the machine: the watts are those of the power model, by a stored profile or by the
  /// table of processor families, also where a counter will be read.
  ///
  /// - Parameters:
  ///   - source: where readings will come from.
  ///   - gigaflops: the speed of sgemm on a core; nil for that of the prior's machine.
  public init(host: HostDescription, source: any EnergySource, gigaflops: Double? = nil) {
    let model = source as? PowerModel ?? PowerModel(processor: host.processor, reservedCPUs: 0)
    let watts = model.busyPower.central
    self.init(watts: watts > 0 ? watts : Self.usualWatts, gigaflops: gigaflops)
  }

  /// Learns from a trial, for the epochs that it trained itself; one that has no result is passed over.
  ///
  /// - Parameter trials: all trials of the study, by number.
  public mutating func observe(_ trial: Trial, among trials: [Trial], _ parts: PartSizes) {
    guard trial.isTrained, let epochs = trial.ownEpochs(among: trials), epochs > 0, let energy = trial.energy,
      let workload = try? TrainingWorkload(trial.candidate, parts, epochs: epochs)
    else { return }
    observe(workload, joules: energy.energy.joules)
  }
}
