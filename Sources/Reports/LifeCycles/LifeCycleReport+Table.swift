import EnergyMetering
import Studies

extension LifeCycleReport {
  /// A row for each member of the front at each place. Energies are in kWh at the site's meter, PUE included, but
  /// `inference_energy_j` at the machine's.
  public var table: CSVTable {
    let stages = ["ct", "t", "use", "life"]
    var table = CSVTable(
      columns: ["rank", "trial", "verdict", "region", "g_co2eq_per_kwh", "inferences", "pue"]
        + stages.flatMap { ["\($0)_kwh", "\($0)_low_kwh", "\($0)_high_kwh"] }
        + [
          "inference_energy_j", "inference_energy_low_j", "inference_energy_high_j", "training_source",
          "energy_tier", "ct_share", "t_share", "use_share", "ct_per_inference_j", "least_from_inferences",
          "least_to_inferences", "co2eq_g", "co2eq_low_g", "co2eq_high_g",
        ])
    for place in places {
      for index in lives.members.indices { table.append(fields(of: index, at: place)) }
    }
    return table
  }

  private func fields(of index: Int, at place: CarbonPlace) -> [CSVField] {
    let member = lives.members[index]
    let life = member.life
    let grams = emissions(of: member, at: place)
    let segment = lives.segments.first { $0.member == index }
    let head: [CSVField] = [
      CSVField(member.rank), CSVField(member.trial.number), CSVField(verdict(of: index)),
      CSVField(place.code),
      CSVField(place.intensity.value), CSVField(inferences), CSVField(powerUsageEffectiveness.value),
    ]
    let stages = [life.siteSearch, life.siteTraining, life.use, life.total].flatMap { reading in
      [reading.energy, reading.low, reading.high].map { CSVField($0.kilowattHours) }
    }
    let inference = [life.inference.energy, life.inference.low, life.inference.high].map {
      CSVField($0.joules)
    }
    let rest: [CSVField] = [
      CSVField(member.trainingSource == .search ? "search" : "retraining"),
      CSVField(life.total.provenance.tier.rawValue), CSVField(life.shares.search),
      CSVField(life.shares.training), CSVField(life.shares.inference),
      CSVField(life.searchPerInference?.energy.joules), CSVField(segment?.start), CSVField(segment?.end),
      CSVField(grams.grams), CSVField(grams.lowGrams), CSVField(grams.highGrams),
    ]
    return head + stages + inference + rest
  }
}
