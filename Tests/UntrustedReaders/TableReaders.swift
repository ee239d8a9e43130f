import Datasets
import Foundation
import SearchSpaces
import Studies

extension UntrustedReader {
  /// The number of the descriptor that holds the rows of a table, which its description names as its file.
  private static let rowsNumber: Int32 = 901
  private static let separator = Array("\n%%\n".utf8)

  /// A table of recorded results: its description, a line `%%`, and its rows.
  static let table = UntrustedReader("table", examples: examples) { bytes in
    let cut = bytes.indices.first { bytes[$0...].starts(with: separator) } ?? bytes.endIndex
    description.write(Array(bytes[..<cut]))
    rows.write(Array(bytes[min(bytes.count, cut + separator.count)...]))
    let table = try ReplayTable.reading(description.path)
    try require(table.count > 0, "a table has cells")
    let problem = table.problem
    for index in Set([0, table.count / 2, table.count - 1]) {
      _ = problem.evaluate(table.space.gridAssignment(at: index))
    }
  }

  private static let description = MemoryFile()
  private static let rows = MemoryFile(number: rowsNumber)

  private static let examples = [
    """
    name: cells
    csv: \(rowsNumber)
    parameters: [optimizer, momentum]
    accuracy: accuracy
    loss: loss
    energy: {column: energy, unit: kWh}
    hash: hash
    fidelity: epochs
    %%
    optimizer,momentum,accuracy,loss,energy,hash,epochs
    sgd,0.5,0.9,0.1,1e-3,a,4
    sgd,0.9,0.8,0.2,2e-3,b,4
    sgd,0.9,0.7,0.2,1e-3,b,2
    adam,,,0.3,3e-3,c,4
    """,
    """
    csv: "\(rowsNumber)"
    parameters: ["units"]
    error: e
    energy: {column: j, unit: J}
    %%
    units;e;j
    16;0.25;3
    16.5;"0.5";4
    """,
  ]
}
