import EnergyMetering
import Foundation
import NeuralNetworks
import SearchSpaces
import Training

/// The journal's two readers of JSON without a journal, to try whether they agree on any text.
package enum JournalRehearsal {
  /// What the quick reader takes and the general one refuses or reads differently, in words; nil if they agree.
  package static func disagreement(on text: String) -> String? {
    disagreement(on: text, as: Assignment.self) ?? disagreement(on: text, as: EnergyReading.self)
      ?? disagreement(on: text, as: TrainingOutcome.self)
      ?? disagreement(on: text, as: ArchitectureCosts.self)
  }

  private static func disagreement<Value: PlainlyReadable & JournalValue & Decodable & Equatable>(
    on text: String, as type: Value.Type
  ) -> String? {
    // General first: it must not crash on anything either.
    let general = try? JSONDecoder().decode(type, from: Data(text.utf8))
    guard let plain = PlainJSON.value(of: text, { type.read(&$0) }), plain.problem == nil else { return nil }
    guard let general else { return "\(type): the quick reader took what the general one refuses: \(text)" }
    return plain == general ? nil : "\(type): read as \(plain) and as \(general): \(text)"
  }
}
