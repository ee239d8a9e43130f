import EnergyMetering
import NeuralNetworks
import SearchSpaces
import Training

/// What the journal has for every trial, and reads as ``PlainJSON`` where it can.
protocol PlainlyReadable {
  /// The value at which the reader stands; nil where it is not written as the journal's encoder writes it.
  static func read(_ json: inout PlainJSON) -> Self?
}

extension Assignment: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> Assignment? {
    var values: [String: ParameterValue] = [:]
    var isThere = false
    let isWhole = json.object { name, json in
      guard name == "values" else { return false }
      isThere = true
      return json.object { name, json in
        values[name] = ParameterValue.read(&json)
        return values[name] != nil
      }
    }
    return isWhole && isThere ? Assignment(values: values) : nil
  }
}

extension ParameterValue: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> ParameterValue? {
    var value: ParameterValue?
    let isWhole = json.object { kind, json in
      guard value == nil else { return false }
      var (index, label, integer, real): (Int?, String?, Int?, Double?)
      let isKnown = json.object { name, json in
        switch (kind, name) {
        case ("option", "index"): index = json.integer()
        case ("option", "label"): label = json.string()
        case ("integer", "_0"): integer = json.integer()
        case ("real", "_0"): real = json.number()
        default: return false
        }
        return true
      }
      if let index, let label { value = .option(index: index, label: label) }
      if let integer { value = .integer(integer) }
      if let real { value = .real(real) }
      return isKnown && value != nil
    }
    return isWhole ? value : nil
  }
}

extension ArchitectureCosts: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> ArchitectureCosts? {
    var (parameters, flops, trainingFlops, bytes, trainingBytes): (Int?, Int?, Int?, Int?, Int?)
    let isWhole = json.object { name, json in
      let count = json.integer()
      switch name {
      case "parameters": parameters = count
      case "forwardFlopsPerSample": flops = count
      case "trainingFlopsPerSample": trainingFlops = count
      case "forwardBytesPerSample": bytes = count
      case "trainingBytesPerSample": trainingBytes = count
      default: return false
      }
      return count != nil
    }
    guard isWhole, let parameters, let flops, let trainingFlops, let bytes, let trainingBytes else {
      return nil
    }
    return ArchitectureCosts(
      parameters: parameters, forwardFlopsPerSample: flops, trainingFlopsPerSample: trainingFlops,
      forwardBytesPerSample: bytes, trainingBytesPerSample: trainingBytes)
  }
}

extension TrainingOutcome: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> TrainingOutcome? {
    var counts: [String: Int] = [:]
    var figures: [String: Double] = [:]
    let isWhole = json.object { name, json in
      switch name {
      case "epochs", "steps", "bestEpoch":
        counts[name] = json.integer()
        return counts[name] != nil
      case "trainingLoss", "validationLoss", "validationAccuracy", "testAccuracy", "validationRMSE",
        "testRMSE",
        "validationR2", "testR2":
        figures[name] = json.number()
        return figures[name] != nil
      default: return false
      }
    }
    guard isWhole, let epochs = counts["epochs"], let steps = counts["steps"],
      let trainingLoss = figures["trainingLoss"], let validationLoss = figures["validationLoss"]
    else { return nil }
    var outcome = TrainingOutcome(
      epochs: epochs, steps: steps, trainingLoss: trainingLoss, validationLoss: validationLoss,
      validationAccuracy: figures["validationAccuracy"], testAccuracy: figures["testAccuracy"])
    outcome.validationRMSE = figures["validationRMSE"]
    outcome.testRMSE = figures["testRMSE"]
    outcome.validationR2 = figures["validationR2"]
    outcome.testR2 = figures["testR2"]
    outcome.bestEpoch = counts["bestEpoch"]
    return outcome
  }
}

extension EnergyReading: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> EnergyReading? {
    var (energy, low, high): (Double?, Double?, Double?)
    var provenance: EnergyProvenance?
    let isWhole = json.object { name, json in
      switch name {
      case "energy": energy = json.number()
      case "low": low = json.number()
      case "high": high = json.number()
      case "provenance": provenance = EnergyProvenance.read(&json)
      default: return false
      }
      return true
    }
    guard isWhole, let energy, let low, let high, let provenance, 0 <= low, low <= energy, energy <= high
    else { return nil }
    return EnergyReading(
      energy: Energy(joules: energy), low: Energy(joules: low), high: Energy(joules: high),
      provenance: provenance)
  }
}

extension EnergyProvenance: PlainlyReadable {
  static func read(_ json: inout PlainJSON) -> EnergyProvenance? {
    var (source, detail): (String?, String?)
    var domains: [String]?
    var tier: EnergyTier?
    let isWhole = json.object { name, json in
      switch name {
      case "source": source = json.string()
      case "detail": detail = json.string()
      case "domains": domains = json.strings()
      case "tier": tier = json.string().flatMap(EnergyTier.init)
      default: return false
      }
      return true
    }
    guard isWhole, let source, let detail, let domains, let tier else { return nil }
    return EnergyProvenance(source: source, domains: domains, tier: tier, detail: detail)
  }
}
