import EnergyMetering
import Foundation
import SearchSpaces
import Studies
import Training

extension UntrustedReader {
  /// The JSON of the journal: its own quick reader and the general one must agree.
  static let journalValues = UntrustedReader(
    "journal-values",
    examples: [
      #"{"values":{"epochs":{"integer":{"_0":20}},"rate":{"real":{"_0":0.1}},"x":{"option":{"index":1,"label":"a\"b"}}}}"#,
      #"{"energy":2.5,"high":3,"low":1e-3,"provenance":{"detail":"d","domains":["core"],"source":"s","tier":"modelled"}}"#,
      #"{"epochs":2,"steps":4,"trainingLoss":0.5,"validationAccuracy":0.75,"validationLoss":0.4,"bestEpoch":2}"#,
      #"{"forwardBytesPerSample":1,"forwardFlopsPerSample":2,"parameters":3,"trainingBytesPerSample":4,"trainingFlopsPerSample":5}"#,
    ]
  ) { bytes in
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    if let disagreement = JournalRehearsal.disagreement(on: text) {
      throw Contradiction(description: disagreement)
    }
  }
}
