import EnergyMetering
import ParetoAnalysis
import Studies

/// What `wattle life-cycle` says of a run, as text, JSON and CSV.
public struct LifeCycleReport: Sendable {
  /// The best time for a job of a known length.
  public struct BestHours: Sendable {
    /// The time.
    public var window: HourlyIntensity.Window
    /// All hours of the file.
    public var spread: UncertainValue
    /// The file.
    public var source: String

    /// A time among the hours of a file.
    public init(window: HourlyIntensity.Window, spread: UncertainValue, source: String) {
      self.window = window
      self.spread = spread
      self.source = source
    }
  }

  /// The run.
  public var run: RunRecord
  /// The life cycles of its front.
  public var lives: FrontLifeCycles
  /// e: the expected number of inferences.
  public var inferences: Double
  /// The power usage effectiveness.
  public var powerUsageEffectiveness: UncertainValue
  /// The places to compare; the first stands in the table of the front.
  public var places: [CarbonPlace]
  /// The best time for a job, if it was asked for.
  public var bestHours: BestHours?

  /// A report.
  ///
  /// - Precondition: there is at least one place.
  public init(
    run: RunRecord, lives: FrontLifeCycles, inferences: Double, powerUsageEffectiveness: UncertainValue,
    places: [CarbonPlace], bestHours: BestHours? = nil
  ) {
    precondition(!places.isEmpty, "a life cycle is somewhere")
    self.run = run
    self.lives = lives
    self.inferences = inferences
    self.powerUsageEffectiveness = powerUsageEffectiveness
    self.places = places
    self.bestHours = bestHours
  }

  /// The member that places are compared for: the front's knee, or its first where it has none.
  var example: FrontLifeCycles.Member { lives.members.first(where: \.isKnee) ?? lives.members[0] }

  /// The emissions of a member's life at a place.
  func emissions(of member: FrontLifeCycles.Member, at place: CarbonPlace) -> Emissions {
    member.life.emissions(place.intensity, whileSearching: place.searchIntensity)
  }

  /// `least` for the least energy, `tie` for what may be as little, else nothing.
  func verdict(of index: Int) -> String {
    index == lives.least ? "least" : lives.ties.contains(index) ? "tie" : ""
  }

  /// What should be known beside the figures, a sentence each.
  var notes: [String] {
    var notes: [String] = []
    let unretrained = lives.members.filter { $0.trainingSource == .search }.map { "\($0.trial.number)" }
    if !unretrained.isEmpty {
      notes.append(
        "T of \(unretrained.count == 1 ? "trial" : "trials") \(unretrained.joined(separator: ", ")) is that of the "
          + "search; `wattle train` measures a full training")
    }
    notes.append(inferenceNote)
    if comparesModelledFigures {
      notes.append(
        "what is least is decided without the watts of the model, which are unknown but the same for all; what remains is "
          + "how much CPU time scatters on a machine that does nothing else")
    }
    for place in places where place.code == "hourly" && place.searchIntensity == nil {
      notes.append(
        "the search ran outside the hours of \(place.name), or its journal does not say when, so that CT counts at their mean"
      )
    }
    return notes
  }

  /// Where I comes from.
  private var inferenceNote: String {
    let model =
      "from what a sample took in training, the forward pass's share in its operations and the number of layers, known to a "
      + "factor of about two"
    let measurement = "measured at batch 1, as `energy.inference` of the configuration says"
    let modelled = lives.members.filter { $0.inferenceMethod == .operations }.map { "\($0.trial.number)" }
    if modelled.isEmpty { return "I was \(measurement)" }
    if modelled.count == lives.members.count { return "I is modelled: \(model)" }
    return
      "I of \(modelled.count == 1 ? "trial" : "trials") \(modelled.joined(separator: ", ")) is modelled: \(model); that of "
      + "the others was \(measurement), and corrects the model"
  }

  /// Whether members are compared by figures that err alike.
  private var comparesModelledFigures: Bool {
    let trainings = lives.members.map(\.life.training.provenance)
    return trainings.dropFirst().contains { trainings[0].errsAlike($0) }
  }

  /// The report as a program reads it.
  public func json() throws -> String { try jsonText(LifeCycleSummary(self)) }
}
