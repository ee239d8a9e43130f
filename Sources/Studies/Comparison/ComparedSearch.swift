import EnergyMetering

/// One search as a comparison sees it: what each trial cost and led to, in the order of their numbers.
public struct ComparedSearch: Sendable {
  /// A trial.
  public struct Step: Sendable {
    /// How it ended.
    public var state: TrialState
    /// What it cost, in kWh or evaluations. Of a duplicate of a simulated search 0.
    public var cost: Double
    /// How well the network does, more is better; nil if there is no network or no such measure.
    public var goodness: Double?
    /// The objectives, less is better; nil if the trial failed.
    public var losses: [Double]?

    /// A trial.
    public init(state: TrialState, cost: Double, goodness: Double? = nil, losses: [Double]? = nil) {
      self.state = state
      self.cost = cost
      self.goodness = goodness
      self.losses = losses
    }
  }

  /// The strategy's name.
  public var strategy: String
  /// The seed.
  public var seed: UInt64
  /// The trials.
  public var steps: [Step]
  /// The run that was made of it; nil for a simulated search.
  public var run: RunRecord?

  /// A search of the given trials.
  public init(strategy: String, seed: UInt64, steps: [Step]) {
    self.strategy = strategy
    self.seed = seed
    self.steps = steps
  }

  /// The search that a run is.
  ///
  /// What the strategy itself took is charged to its proposals in equal parts.
  public init(strategy: String, seed: UInt64, run: RunRecord) {
    let proposing = (run.ledger?["strategy"]?.energy.kilowattHours ?? 0) / Double(max(1, run.trials.count))
    self.init(
      strategy: strategy, seed: seed,
      steps: run.trials.map { trial in
        // A repeat costs and leads to nothing new: the best of several seeds would flatter its candidate.
        Step(
          state: trial.state, cost: proposing + (trial.energy?.energy.kilowattHours ?? 0),
          goodness: trial.isProposal ? run.quality.validation(trial.outcome) : nil,
          losses: trial.isProposal ? run.losses(of: trial) : nil)
      })
    self.run = run
  }

  /// What all trials and proposals cost, added up in their order.
  public var cost: Double { steps.reduce(0) { $0 + $1.cost } }

  /// The number of trials in a state.
  public func count(_ state: TrialState) -> Int { steps.count { $0.state == state } }
}
