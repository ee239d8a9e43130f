import SearchSpaces

/// What a strategy wants trained: a new candidate, or an earlier one further.
public struct ProposedTraining: Hashable, Sendable {
  /// The candidate.
  public var assignment: Assignment
  /// The trial whose training goes on; nil begins one.
  public var continues: Int?
  /// The trial whose weights a new training begins with, as far as they fit; nil for initial weights alone. It was observed
  /// and did not fail.
  public var inherits: Int?
  /// The last epoch, counted from the start of the training; nil for all of the candidate's.
  public var epochLimit: Int?

  /// A training; by default a whole one.
  public init(
    assignment: Assignment, continues: Int? = nil, inherits: Int? = nil, epochLimit: Int? = nil
  ) {
    self.assignment = assignment
    self.continues = continues
    self.inherits = inherits
    self.epochLimit = epochLimit
  }
}

extension SearchStrategy {
  /// None: strategies that inherit say otherwise.
  public var heritableTrials: Set<Int> { [] }

  /// The proposal trained in full: what strategies do that know of no rungs.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    propose(trial: trial).map { ProposedTraining(assignment: $0) }
  }
}
