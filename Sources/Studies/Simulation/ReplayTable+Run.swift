import SearchSpaces

extension ReplayTable {
  /// The table that a finished run is: a cell a trial, failed ones and duplicates included.
  ///
  /// A failed trial's energy counts and leads to nothing. A duplicate has its original's energy and hash: whichever of
  /// both is proposed first is paid.
  ///
  /// - Throws: ``ReplayError``, or `ConfigurationError` where the run's space has no grid.
  public static func replaying(_ run: RunRecord) throws -> ReplayTable {
    let path = run.folder.path
    let space = run.space.choices
    let gridSize = try space.requiredGridSize()
    let objectives = run.configuration.objectives
    var rows: [(values: [Int?], cell: Cell)] = []
    var networks: [String: Int] = [:]
    for trial in run.trials where trial.isProposal && trial.state != .running && trial.state != .pruned {
      // A cell is a whole training.
      if let original = trial.duplicateOf, run.trials[original].state == .pruned { continue }
      var values: [Int?] = []
      for parameter in space.parameters {
        guard let value = trial.assignment[parameter.name] else {
          values.append(nil)
          continue
        }
        guard let index = parameter.domain.gridIndex(of: value) else {
          throw ReplayError.offGrid(
            run: path, trial: trial.number, parameter: parameter.name, value: value.text)
        }
        values.append(index)
      }
      let trained = trial.duplicateOf.map { run.trials[$0] } ?? trial
      let losses = run.losses(of: trial)
      let network = networks[trial.hash] ?? networks.count
      networks[trial.hash] = network
      rows.append(
        (
          values,
          Cell(
            kilowattHours: trained.wholeEnergy(among: run.trials)?.energy.kilowattHours ?? 0, losses: losses,
            goodness: losses == nil ? nil : run.quality.validation(trial.outcome),
            validationLoss: trial.outcome?.validationLoss, network: network)
        ))
    }
    guard rows.count >= gridSize else {
      throw ReplayError.missingCells(run: path, missing: gridSize - rows.count, of: gridSize)
    }
    guard rows.contains(where: { $0.cell.losses != nil }) else {
      throw ReplayError.nothingCompleted(path: path)
    }
    do {
      return try ReplayTable(
        name: run.configuration.name, columns: space.parameters.map(\.discrete), rows: rows,
        objectives: objectives.map(\.rawValue), quality: QualityAxis(run.quality)
      ) { TrialFront.reference(for: $0, objectives: objectives) }
    } catch {
      throw ReplayError.irregular(run: path, problem: "\(error)")
    }
  }
}

extension SearchParameter {
  /// The parameter with the grid's points of a range of numbers as its options.
  fileprivate var discrete: SearchParameter {
    guard case .reals(let range) = domain, let points = range.gridPoints else { return self }
    return SearchParameter(name: name, domain: .options(points.map { ParameterValue.real($0).text }))
  }
}
