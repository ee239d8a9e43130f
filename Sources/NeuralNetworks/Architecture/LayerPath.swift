/// Where a layer stands in an architecture: `layers[2]`, `layers[2].body[0]`, `layers[3].paths[1][0]`.
///
/// Indices count from 0. The layers of a residual are its `body`, those of branches stand in one of its `paths`.
public struct LayerPath: Hashable, Codable, Sendable {
  private enum Step: Hashable, Codable, Sendable {
    case name(String)
    case index(Int)
  }

  private var steps: [Step]

  /// The list of all layers; not a layer itself.
  static let root = LayerPath(steps: [.name("layers")])

  private init(steps: [Step]) { self.steps = steps }

  /// The path of a layer of the outermost list.
  public init(_ index: Int) { self = Self.root[index] }

  /// An item of this list.
  public subscript(index: Int) -> LayerPath { LayerPath(steps: steps + [.index(index)]) }

  /// The list of layers in a residual.
  public var body: LayerPath { part("body") }

  /// The lists of layers in branches.
  public var paths: LayerPath { part("paths") }

  /// A named part of this layer.
  func part(_ name: String) -> LayerPath { LayerPath(steps: steps + [.name(name)]) }

  /// The path as it begins the names of tensors: `layers.2.body.0`.
  public var dotted: String {
    steps.map { step in
      switch step {
      case .name(let name): name
      case .index(let index): String(index)
      }
    }.joined(separator: ".")
  }
}

extension LayerPath: CustomStringConvertible {
  /// The path as in errors: `layers[2].body[0]`.
  public var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .name(let name): text += text.isEmpty ? name : ".\(name)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}

extension LayerPath: ExpressibleByIntegerLiteral {
  /// The path of a layer of the outermost list.
  public init(integerLiteral index: Int) { self.init(index) }
}
