import EnergyMetering
import ParetoAnalysis
import Studies

/// The JSON of `wattle life-cycle`. Energies are at the site's meter, PUE included, but I at the machine's.
struct LifeCycleSummary: Encodable {
  struct Band: Encodable {
    var value: Double
    var low: Double
    var high: Double

    init(_ number: UncertainValue) { (value, low, high) = (number.value, number.low, number.high) }

    init(_ grams: Emissions) { (value, low, high) = (grams.grams, grams.lowGrams, grams.highGrams) }
  }

  struct Place: Encodable {
    var region: String
    var name: String
    var year: Int?
    var source: String
    var gramsCo2eqPerKwh: Band
    var searchGramsCo2eqPerKwh: Band?

    init(_ place: CarbonPlace) {
      region = place.code
      name = place.name
      year = place.year
      source = place.source
      gramsCo2eqPerKwh = Band(place.intensity)
      searchGramsCo2eqPerKwh = place.searchIntensity.map(Band.init)
    }
  }

  struct Carbon: Encodable {
    var region: String
    var co2eqG: Band
  }

  struct Member: Encodable {
    var trial: Int
    var rank: Int
    var isKnee: Bool
    var verdict: String
    var validationAccuracy: Double?
    var validationR2: Double?
    var training: EnergyFigure
    var trainingSource: String
    var trainings: Int?
    var inference: EnergyFigure
    var inferenceMethod: String
    var use: EnergyFigure
    var life: EnergyFigure
    var shares: LifeCycle.Shares
    var co2eq: [Carbon]

    init(_ report: LifeCycleReport, _ index: Int) {
      let member = report.lives.members[index]
      trial = member.trial.number
      rank = member.rank
      isKnee = member.isKnee
      verdict = report.verdict(of: index)
      validationAccuracy = report.run.repeats.mean(of: .accuracy, of: member.trial)
      validationR2 = report.run.repeats.mean(of: .r2, of: member.trial)
      training = EnergyFigure(member.life.siteTraining)
      switch member.trainingSource {
      case .retraining(let count): (trainingSource, trainings) = ("retraining", count)
      case .search: (trainingSource, trainings) = ("search", nil)
      }
      inference = EnergyFigure(member.life.inference)
      inferenceMethod = member.inferenceMethod.rawValue
      use = EnergyFigure(member.life.use)
      life = EnergyFigure(member.life.total)
      shares = member.life.shares
      co2eq = report.places.map { place in
        Carbon(region: place.code, co2eqG: Band(report.emissions(of: member, at: place)))
      }
    }
  }

  struct Segment: Encodable {
    var trial: Int
    var fromInferences: Double
    /// Nil for no end.
    var toInferences: Double?
    /// The bounds of `fromInferences`; nil where the intervals leave it open, and for the first.
    var breakEven: Band?
    var isTie: Bool

    init(_ lives: FrontLifeCycles, _ segment: FrontLifeCycles.Segment) {
      trial = lives.members[segment.member].trial.number
      fromInferences = segment.start
      toInferences = segment.end.isFinite ? segment.end : nil
      if case .at(let count) = segment.breakEven { breakEven = Band(count) }
      if case .tie = segment.breakEven { isTie = true } else { isTie = false }
    }
  }

  struct Everyday: Encodable {
    struct Equivalent: Encodable {
      var name: String
      var count: Band
    }

    var trial: Int
    var region: String
    var equivalents: [Equivalent]

    init(_ report: LifeCycleReport) {
      trial = report.example.trial.number
      region = report.places[0].code
      let grams = report.emissions(of: report.example, at: report.places[0])
      equivalents = EverydayEquivalent.all.map { thing in
        let counts = [grams.grams, grams.lowGrams, grams.highGrams].map { thing.count(ofGrams: $0) }
        return Equivalent(
          name: thing.name, count: Band(UncertainValue(counts[0], low: counts[1], high: counts[2])))
      }
    }
  }

  struct BestHours: Encodable {
    var start: String
    var end: String
    var gramsCo2eqPerKwh: Double
    var allHoursGramsCo2eqPerKwh: Band
  }

  var run: String
  var inferences: Double
  var pue: Band
  var search: EnergyFigure
  var searchPerInference: EnergyFigure?
  var trials: Int
  var places: [Place]
  var front: [Member]
  var leastEnergyByInferences: [Segment]
  var leastEnergyTrial: Int
  var ties: [Int]
  var everydayEquivalents: Everyday
  var bestHours: BestHours?
  var notes: [String]

  init(_ report: LifeCycleReport) {
    let lives = report.lives
    run = report.run.configuration.name
    inferences = report.inferences
    pue = Band(report.powerUsageEffectiveness)
    search = EnergyFigure(report.example.life.siteSearch)
    searchPerInference = report.example.life.searchPerInference.map(EnergyFigure.init)
    trials = report.run.trials.count
    places = report.places.map(Place.init)
    front = lives.members.indices.map { Member(report, $0) }
    leastEnergyByInferences = lives.segments.map { Segment(lives, $0) }
    leastEnergyTrial = lives.members[lives.least].trial.number
    ties = lives.ties.map { lives.members[$0].trial.number }
    everydayEquivalents = Everyday(report)
    bestHours = report.bestHours.map { best in
      BestHours(
        start: best.window.start.ISO8601Format(), end: best.window.end.ISO8601Format(),
        gramsCo2eqPerKwh: best.window.gramsPerKilowattHour, allHoursGramsCo2eqPerKwh: Band(best.spread))
    }
    notes = report.notes
  }
}
