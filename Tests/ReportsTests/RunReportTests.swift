import Foundation
import Reports
import Studies
import Testing

@Suite struct RunReportTests {
  let run: RunRecord

  init() throws { run = try SmallRun.shared.get().record }

  private func members(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("summary.json keeps its keys")
  func summaryKeys() throws {
    let summary = try members(RunSummary(run, front: run.front(), ending: .exhausted).json())
    #expect(
      summary.keys.sorted() == [
        "avoided_by_duplicates_high_kwh", "avoided_by_duplicates_kwh", "avoided_by_duplicates_low_kwh",
        "best",
        "ct_co2eq_g", "ct_co2eq_high_g", "ct_co2eq_low_g", "ct_high_kwh", "ct_kwh", "ct_low_kwh", "ending",
        "energy_detail", "energy_source", "energy_tier", "front", "front_members", "grams_co2eq_per_kwh",
        "hypervolume",
        "hypervolume_reference", "inference_measuring_high_kwh", "inference_measuring_kwh",
        "inference_measuring_low_kwh", "metered_high_kwh", "metered_joules", "metered_kwh", "metered_low_kwh",
        "name",
        "objectives", "program_version",
        "pue",
        "region", "seed", "strategy", "trials", "unmeasured",
      ])
    #expect(
      (summary["best"] as? [String: Any])?.keys.sorted() == [
        "parameters", "test_accuracy", "training_energy_high_kwh", "training_energy_kwh",
        "training_energy_low_kwh",
        "trial", "validation_accuracy",
      ])
    #expect(
      (summary["trials"] as? [String: Any])?.keys.sorted() == [
        "completed", "duplicate", "failed", "pruned", "repeats", "running", "total",
      ])
    #expect(summary["ending"] as? String == "exhausted" && summary["region"] as? String == "FR")
    #expect(summary["program_version"] as? String == "1.2.3")
  }

  @Test("the keys of JSON stand in order, one a line")
  func jsonLayout() throws {
    struct Value: Encodable {
      var secondKey = 1.5
      var firstKey = "a/b"
    }
    #expect(try jsonText(Value()) == "{\n  \"first_key\" : \"a/b\",\n  \"second_key\" : 1.5\n}\n")
  }

  @Test("trials.csv books a duplicate at nothing and counts it")
  func trialsTable() {
    let table = run.trialsTable
    #expect(table.rows.count == 4)
    func column(_ name: String) -> [String] {
      table.columns.firstIndex(of: name).map { index in table.rows.map { $0[index] } } ?? []
    }
    #expect(column("state") == ["completed", "completed", "duplicate", "duplicate"])
    #expect(column("training_energy_kwh").suffix(2) == ["0.0", "0.0"])
    #expect(column("cumulative_ct_kwh").last == "\(run.searchCost.estimate)")
    // An accuracy for no energy is no figure; the inferences of a duplicate are those of its original.
    #expect(column("accuracy_per_kwh").suffix(2) == ["", ""])
    #expect(column("inference_energy_j").suffix(2) == column("inference_energy_j").prefix(2))
    #expect(column("inference_energy_j").allSatisfy { (Double($0) ?? 0) > 0 })
    #expect(column("failure") == ["", "", "", ""])
  }

  @Test("a trial in words names what it is the same as")
  func trialText() {
    #expect(run.text(ofTrial: 0).contains("training energy"))
    let duplicate = run.text(ofTrial: 2)
    #expect(duplicate.contains("same as trial        0, so it was not trained"), "\(duplicate)")
    #expect(!duplicate.contains("training energy"))
  }

  @Test("the end of a search lists front, accounts, savings and cost")
  func searchText() {
    let text = run.searchText(run.front())
    #expect(text.hasPrefix("Front of 2 completed trials (accuracy, training-energy):\n"))
    for part in ["search-overhead", "100.0 %", "Not spent: ", " on 2 duplicates.", "(France, "] {
      #expect(text.contains(part), "\(part)")
    }
    // Accounts that nothing was booked to are left out of the text, not of the file.
    #expect(
      !text.contains("trials-pruned") && run.ledgerTable.text.contains("trials-pruned,0.0,0.0,0.0,0.0\n"))
  }
}
