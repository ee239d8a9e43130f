import EnergyMetering
import ParetoAnalysis
import Studies

extension LifeCycleReport {
  /// The report for people.
  public var text: String {
    [
      headText, energyText, shareText, leastEnergyText, placesText, equivalentsText, bestHoursText,
      notes.map { "note: \($0)\n" }.joined(),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var headText: String {
    let search = example.life.siteSearch
    let added =
      example.life.searchPerInference.map { "; it adds \($0.formattedInterval) to each inference" } ?? ""
    return """
      Life cycle of \(run.configuration.name): \(NumberText.count(inferences)) \(inferences == 1 ? "inference" : "inferences"), PUE \
      \(powerUsageEffectiveness.text), at the site's meter
      CT = \(search.formatted), over \(counted(run.trials.count, "trial"))\(added)

      """
  }

  private var energyText: String {
    var table = TextTable([
      ("rank", .right), ("trial", .right), (validationTitle, .right),
      ("T", .right), ("T of", .left), ("I · e", .right), ("E_life = CT + T + I · e", .right), ("", .left),
    ])
    let trainings = EnergyColumn(lives.members.map(\.life.siteTraining))
    let uses = EnergyColumn(lives.members.map(\.life.use))
    let totals = EnergyColumn(lives.members.map(\.life.total))
    for (index, member) in lives.members.enumerated() {
      let source =
        switch member.trainingSource {
        case .retraining(let count): counted(count, "training")
        case .search: "the search"
        }
      table.append([
        "\(member.rank)", "\(member.trial.number)", validationText(member),
        trainings.text(of: member.life.siteTraining), source, uses.text(of: member.life.use),
        totals.text(of: member.life.total), verdict(of: index),
      ])
    }
    let origin = example.life.total.provenance
    return "Energy of the front, \(origin.tier.rawValue): \(origin.detail)\n" + table.text
  }

  private var shareText: String {
    var table = TextTable([
      ("trial", .right), ("I at the machine", .right), ("CT", .right), ("T", .right), ("I · e", .right),
      ("CO2eq in \(places[0].name)", .right),
    ])
    let inferences = EnergyColumn(lives.members.map(\.life.inference))
    for member in lives.members {
      let shares = member.life.shares
      table.append(
        ["\(member.trial.number)", inferences.text(of: member.life.inference)]
          + [shares.search, shares.training, shares.inference].map {
            NumberText.fixed(100 * $0, decimals: 1) + " %"
          } + [emissions(of: member, at: places[0]).text])
    }
    return "Share of each stage:\n" + table.text
  }

  private var leastEnergyText: String {
    var table = TextTable([
      ("from inference", .right), ("interval", .right), ("trial", .right), (validationTitle, .right),
    ])
    for segment in lives.segments {
      let member = lives.members[segment.member]
      let interval =
        switch segment.breakEven {
        case .at(let count): "\(NumberText.count(count.low)) – \(NumberText.count(count.high))"
        case .tie: "tie"
        default: ""
        }
      table.append([
        NumberText.count(segment.start), interval, "\(member.trial.number)", validationText(member),
      ])
    }
    let never = lives.members.indices.filter { index in !lives.segments.contains { $0.member == index } }
    let rest =
      never.isEmpty
      ? ""
      : "At no number the least: \(never.map { "\(lives.members[$0].trial.number)" }.joined(separator: ", ")).\n"
    return "Least energy by the number of inferences (CT is the same for all):\n" + table.text + rest
  }

  private var placesText: String {
    var table = TextTable([
      ("place", .left), ("g/kWh", .right), ("of", .left), ("CO2eq", .right), ("to the least", .right),
    ])
    let grams = places.map { emissions(of: example, at: $0) }
    let least = grams.map(\.grams).min() ?? 0
    for (place, emissions) in zip(places, grams) {
      let search = place.searchIntensity.map { ", \(bandText($0)) while searching" } ?? ""
      table.append([
        place.name, bandText(place.intensity) + search, place.year.map { "\($0)" } ?? "all hours",
        emissions.text,
        least > 0 ? NumberText.significant(emissions.grams / least) + " ×" : "",
      ])
    }
    return "CO2eq of trial \(example.trial.number)\(example.isKnee ? ", the knee," : "") by place:\n"
      + table.text
  }

  private var equivalentsText: String {
    let grams = emissions(of: example, at: places[0]).grams
    let lines = EverydayEquivalent.all.map { thing in
      let count = thing.count(ofGrams: grams)
      let time = thing.isYear ? " = \(TimeText.precise(seconds: count * 365.25 * 86_400))" : ""
      return "  \(NumberText.significant(count)) × \(thing.name)\(time)\n"
    }
    return
      "The \(NumberText.significant(grams)) g in \(places[0].name), in everyday terms (Strubell et al. 2019):\n"
      + lines.joined()
  }

  private var bestHoursText: String {
    guard let bestHours else { return "" }
    let window = bestHours.window
    let saved = bestHours.spread.value > 0 ? 1 - window.gramsPerKilowattHour / bestHours.spread.value : 0
    let seconds = window.end.timeIntervalSince(window.start)
    return """
      Best time for a job of \(TimeText.precise(seconds: seconds)): from \
      \(HourlyIntensity.text(of: window.start)) to \(HourlyIntensity.text(of: window.end)), at \
      \(NumberText.significant(window.gramsPerKilowattHour)) g/kWh, \
      \(NumberText.fixed(100 * saved, decimals: 1)) % below the mean of \(bestHours.source), \
      \(bandText(bestHours.spread)) g/kWh

      """
  }

  private var validationTitle: String { run.quality == .r2 ? "validation R²" : "validation" }

  private func validationText(_ member: FrontLifeCycles.Member) -> String {
    run.validationQuality(of: member.trial).map { NumberText.fixed($0, decimals: 4) } ?? ""
  }

  private func bandText(_ band: UncertainValue) -> String {
    let texts = [band.value, band.low, band.high].map { NumberText.significant($0, digits: 4) }
    return band.isExact ? texts[0] : "\(texts[0]) [\(texts[1])–\(texts[2])]"
  }
}
