import GRDB

/// Which trials begin with the weights of others. A table of its own, which journals of earlier versions get once they are
/// written to.
extension Journal {
  static let inheritanceSchema = """
    CREATE TABLE IF NOT EXISTS trial_inheritance (
      number INTEGER PRIMARY KEY, inherits INTEGER, epochs INTEGER, failure TEXT
    );
    """

  /// As many as a training can have.
  private static let possibleEpochs = 1...1_000_000

  static func note(inheritanceOf trial: Trial, in connection: Database) throws {
    guard let inheritance = trial.inheritance else { return }
    try connection.execute(
      sql: "INSERT OR REPLACE INTO trial_inheritance (number, inherits, epochs, failure) VALUES (?, ?, ?, ?)",
      arguments: [trial.number, inheritance.parent, inheritance.epochs, inheritance.failure])
  }

  /// Puts into trials, in the order of their numbers, what they inherit.
  func addInheritances(to trials: inout [Trial], in connection: Database) throws {
    for row in try rows(of: "trial_inheritance", orderedBy: "number", in: connection) {
      let number = try row.required("number", row.integer("number"))
      guard trials.indices.contains(number) else {
        throw row.damaged("number", "expected the number of a trial, found \(number)")
      }
      let parent = try row.required("inherits", row.integer("inherits"))
      // A parent was trained before its child was proposed.
      guard (0..<number).contains(parent), trials[parent].isTrained else {
        throw row.damaged("inherits", "expected the number of an earlier, trained trial, found \(parent)")
      }
      let epochs = try row.required("epochs", row.integer("epochs"))
      guard Self.possibleEpochs ~= epochs else {
        throw row.damaged("epochs", "expected 1 to \(Self.possibleEpochs.upperBound), found \(epochs)")
      }
      trials[number].inheritance = WeightInheritance(
        parent: parent, epochs: epochs, failure: try row.text("failure"))
    }
  }
}
