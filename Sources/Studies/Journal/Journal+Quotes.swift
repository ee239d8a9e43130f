import GRDB

/// What trainings and searches were expected to take. Tables of their own, which journals of earlier versions get once they
/// are written to.
extension Journal {
  static let quoteSchema = """
    CREATE TABLE IF NOT EXISTS trial_quote (number INTEGER PRIMARY KEY, joules REAL, low REAL, high REAL);
    CREATE TABLE IF NOT EXISTS session_quote (session INTEGER PRIMARY KEY, joules REAL, low REAL, high REAL);
    """

  static func note(_ quotes: [Int: Quote], in connection: Database) throws {
    for (number, quote) in quotes {
      try connection.execute(
        sql: "INSERT OR REPLACE INTO trial_quote (number, joules, low, high) VALUES (?, ?, ?, ?)",
        arguments: [number, quote.joules, quote.low, quote.high])
    }
  }

  /// Writes what the trainings of a session were expected to take before it began.
  public func note(_ quote: Quote, session: Int64) throws {
    try write { connection in
      try connection.execute(
        sql: "INSERT OR REPLACE INTO session_quote (session, joules, low, high) VALUES (?, ?, ?, ?)",
        arguments: [session, quote.joules, quote.low, quote.high])
    }
  }

  /// What the first session was expected to take; nil where nothing was noted.
  public func firstQuote() throws -> Quote? {
    try read { connection in
      guard try connection.tableExists("session_quote") else { return nil }
      return try Row.fetchOne(connection, sql: "SELECT * FROM session_quote ORDER BY session LIMIT 1")
        .map(Self.quote)
    }
  }

  /// What trainings were expected to take just before they began, by the numbers of their trials.
  public func quotes() throws -> [Int: Quote] {
    try read { connection in
      guard try connection.tableExists("trial_quote") else { return [:] }
      let rows = try Row.fetchAll(connection, sql: "SELECT * FROM trial_quote")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["number"], Self.quote($0)) })
    }
  }

  private static func quote(_ row: Row) -> Quote {
    Quote(joules: row["joules"], low: row["low"], high: row["high"])
  }
}
