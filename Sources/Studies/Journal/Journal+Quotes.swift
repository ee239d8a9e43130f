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
      let statement = try connection.cachedStatement(
        sql: "INSERT OR REPLACE INTO trial_quote (number, joules, low, high) VALUES (?, ?, ?, ?)")
      try statement.execute(arguments: [number, quote.joules, quote.low, quote.high])
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

  /// What the whole search was expected to take when it began, or when it was last given another number of trials or another
  /// budget; nil where nothing was noted.
  public func searchQuote() throws -> Quote? {
    try read { try rows(of: "session_quote", orderedBy: "session", in: $0).last.map(Self.quote) }
  }

  /// What trainings were expected to take just before they began, by the numbers of their trials.
  public func quotes() throws -> [Int: Quote] {
    try read { connection in
      var quotes: [Int: Quote] = [:]
      for row in try rows(of: "trial_quote", orderedBy: "number", in: connection) {
        quotes[try row.required("number", row.integer("number"))] = try Self.quote(row)
      }
      return quotes
    }
  }

  private static func quote(_ row: JournalRow) throws -> Quote {
    func amount(_ column: String) throws -> Double { try row.required(column, row.amount(column)) }
    let quote = Quote(joules: try amount("joules"), low: try amount("low"), high: try amount("high"))
    guard quote.low <= quote.joules, quote.joules <= quote.high else {
      throw row.damaged(
        "joules", "expected low <= joules <= high, found \(quote.low), \(quote.joules), \(quote.high)")
    }
    return quote
  }
}
