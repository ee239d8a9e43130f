import SearchSpaces

/// What a strategy wants trained: a new candidate, or an earlier one further.
public struct ProposedTraining: Hashable, Sendable {
  /// The candidate.
  public var assignment: Assignment
  /// The trial whose training goes on; nil begins one.
  public var continues: Int?
  /// The last epoch, counted from the start of the training; nil for all of the candidate's.
  public var epochLimit: Int?

  /// A training; by default a whole one.
  public init(assignment: Assignment, continues: Int? = nil, epochLimit: Int? = nil) {
    self.assignment = assignment
    self.continues = continues
    self.epochLimit = epochLimit
  }
}

extension SearchStrategy {
  /// The proposal trained in full: what strategies do that know of no rungs.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    propose(trial: trial).map { ProposedTraining(assignment: $0) }
  }
}
