import EnergyMetering

/// Every joule of a run, booked to one account.
///
/// The accounts add up to what the meter says; ``imbalance`` tells how well. A joule that no account claims, or that two
/// claim, is an error of the program and not of rounding.
public struct EnergyLedger: Sendable {
  /// One account.
  public struct Account: Sendable {
    /// Its name, as in `ledger.csv`.
    public var name: String
    /// What was booked to it.
    public var reading: EnergyReading
  }

  /// The accounts in the order of `ledger.csv`.
  public let accounts: [Account]
  /// What the meter says in total, over all sessions of the run.
  public let metered: EnergyReading

  /// The ledger of trials that ended and of the sessions' books.
  ///
  /// - Returns: nil when nothing was metered yet.
  public init?(trials: [Trial], sessions: [EnergyBooks]) {
    guard let first = sessions.first else { return nil }
    let zero = EnergyReading.zero(first.metered.provenance)
    func sum(_ readings: some Sequence<EnergyReading>) -> EnergyReading { readings.reduce(zero, +) }
    func trialsIn(_ state: TrialState) -> EnergyReading {
      sum(trials.lazy.filter { $0.state == state }.compactMap(\.energy))
    }
    accounts = [
      Account(name: "trials-completed", reading: trialsIn(.completed)),
      Account(name: "trials-pruned", reading: trialsIn(.pruned)),
      Account(
        name: "trials-failed", reading: trialsIn(.failed) + sum(trials.lazy.compactMap(\.lostEnergy))),
      Account(
        name: "trials-interrupted",
        reading: sum(sessions.map(\.running)).behind(sum(trials.lazy.compactMap(\.carriedEnergy)))),
      Account(name: "inference-measuring", reading: sum(sessions.map(\.measuring))),
      Account(name: "strategy", reading: sum(sessions.map(\.strategy))),
      Account(name: "search-overhead", reading: sum(sessions.map(\.overhead))),
      Account(name: "idle", reading: sum(sessions.map(\.idle))),
    ]
    metered = sum(sessions.map(\.metered))
  }

  /// What was booked to an account; nil if there is none of that name.
  public subscript(name: String) -> EnergyReading? { accounts.first { $0.name == name }?.reading }

  /// The difference between the accounts and the meter, relative to the meter: rounding, some 1e-15.
  public var imbalance: Double {
    let booked = accounts.reduce(0) { $0 + $1.reading.energy.joules }
    return metered.energy.joules > 0
      ? abs(booked - metered.energy.joules) / metered.energy.joules : abs(booked)
  }

  /// The largest ``imbalance`` of books that are in order.
  public static let toleratedImbalance = 1e-9
}
