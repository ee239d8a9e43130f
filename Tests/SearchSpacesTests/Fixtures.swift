import Foundation
import SearchSpaces

/// The search spaces that the repository ships.
let shippedNames = ["digits-mlp", "digits-mlp-grid", "breast-cancer-mlp"]

/// The path of a shipped search space.
func shippedPath(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("search-spaces/\(name).yaml").path
}
