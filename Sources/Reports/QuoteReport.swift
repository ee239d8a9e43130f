import EnergyMetering
import Studies

/// What `wattle quote` says: the cost of searches before anything is trained.
public struct QuoteReport: Sendable {
  /// The study's name.
  public var name: String
  /// A quote for each strategy.
  public var quotes: [SearchQuote]
  /// How many trainings of an earlier run the quotes learnt from.
  public var learntFrom: Int
  /// What the watts come from.
  public var provenance: EnergyProvenance
  /// The carbon intensity of the region.
  public var carbonIntensity: CarbonIntensity
  /// The power usage effectiveness.
  public var powerUsageEffectiveness: Double

  /// A report.
  public init(
    name: String, quotes: [SearchQuote], learntFrom: Int, provenance: EnergyProvenance,
    carbonIntensity: CarbonIntensity, powerUsageEffectiveness: Double
  ) {
    self.name = name
    self.quotes = quotes
    self.learntFrom = learntFrom
    self.provenance = provenance
    self.carbonIntensity = carbonIntensity
    self.powerUsageEffectiveness = powerUsageEffectiveness
  }

  private func grams(_ joules: Double) -> Double {
    carbonIntensity.emissions(of: Energy(joules: joules), pue: powerUsageEffectiveness).grams
  }

  /// The report for the terminal.
  public var text: String {
    var table = TextTable([
      ("strategy", .left), ("trials", .right), ("trained", .right), ("CT", .right), ("90 % interval", .right),
      ("kWh", .right), ("g CO2eq", .right), ("a training: smallest", .right), ("median", .right),
      ("largest", .right),
    ])
    func energy(_ quote: Quote) -> String { Energy(joules: quote.joules).formatted }
    for quote in quotes {
      table.append([
        quote.strategy.rawValue, "\(quote.trials)", (quote.isExact ? "" : "≈ ") + "\(quote.trained)",
        energy(quote.total), quote.total.formattedBounds,
        NumberText.significant(Energy(joules: quote.total.joules).kilowattHours),
        NumberText.significant(grams(quote.total.joules)), energy(quote.smallest), energy(quote.median),
        energy(quote.largest),
      ])
    }
    let origin =
      learntFrom > 0
      ? "Learnt from \(counted(learntFrom, "training")) of the run"
      : "Nothing of this space was trained yet: counted operations, a measured core and its watts"
    let rest =
      quotes.contains { !$0.isExact }
      ? "≈: quoted as random draws; a strategy that learns goes where nobody knows yet.\n" : ""
    let whole =
      quotes.contains(where: \.isOfWholeTrainings)
      ? "As if each trial were trained in full: with search.fidelity most are not, and the search takes less.\n"
      : ""
    return """
      What a search of \(name) would cost:
      \(table.text)\(rest)\(whole)\(origin), \(provenance.tier.rawValue): \(provenance.detail).
      The search itself, idle cores and the measuring of inferences come on top.

      """
  }
}

extension QuoteReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, strategies, learntFrom, energySource, energyTier, energyDetail, region, gramsCo2eqPerKwh, pue
  }

  private struct Amount: Encodable {
    var kwh: Double
    var lowKwh: Double
    var highKwh: Double

    init(_ quote: Quote) {
      kwh = Energy(joules: quote.joules).kilowattHours
      lowKwh = Energy(joules: quote.low).kilowattHours
      highKwh = Energy(joules: quote.high).kilowattHours
    }
  }

  private struct Strategy: Encodable {
    var strategy: String
    var trials: Int
    var trained: Int
    var isExact: Bool
    var isOfWholeTrainings: Bool
    var ct: Amount
    var ctCo2eqG: Double
    var smallestTraining: Amount
    var medianTraining: Amount
    var largestTraining: Amount
  }

  /// Writes what `--json` prints.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(
      quotes.map { quote in
        Strategy(
          strategy: quote.strategy.rawValue, trials: quote.trials, trained: quote.trained,
          isExact: quote.isExact, isOfWholeTrainings: quote.isOfWholeTrainings, ct: Amount(quote.total),
          ctCo2eqG: grams(quote.total.joules),
          smallestTraining: Amount(quote.smallest), medianTraining: Amount(quote.median),
          largestTraining: Amount(quote.largest))
      }, forKey: .strategies)
    try container.encode(learntFrom, forKey: .learntFrom)
    try container.encode(provenance.source, forKey: .energySource)
    try container.encode(provenance.tier, forKey: .energyTier)
    try container.encode(provenance.detail, forKey: .energyDetail)
    try container.encode(carbonIntensity.code, forKey: .region)
    try container.encode(carbonIntensity.gramsPerKilowattHour, forKey: .gramsCo2eqPerKwh)
    try container.encode(powerUsageEffectiveness, forKey: .pue)
  }
}
