/// The template that candidates are made from: an architecture and its training, with open choices.
struct CandidateTemplate: Sendable {
  /// The blocks that the architecture uses.
  let blocks: BlockLibrary
  let architecture: Located<[Located<LayerTemplate>]>
  let training: TrainingTemplate
  /// What the last layers say about the output.
  let lastLayer: LastLayer

  init(
    blocks: ConfigurationNode?, architecture: ConfigurationNode, training: ConfigurationNode
  ) throws {
    self.blocks = try BlockLibrary(blocks)
    let layers = try LayerReader(blockNames: self.blocks.names).layers(architecture, "architecture")
    self.architecture = Located(value: layers, place: architecture.place)
    guard !layers.isEmpty else { throw architecture.error("architecture: expected at least one layer") }
    try self.blocks.checkUse(by: layers)
    try SpaceExtent.check(layers, blocks: self.blocks)
    lastLayer = try LastLayer(of: layers, blocks: self.blocks, place: architecture.place)
    self.training = try TrainingTemplate(training)
  }
}

extension CandidateTemplate: Equatable {
  /// Whether two templates say the same; the last layer follows from the architecture.
  static func == (left: CandidateTemplate, right: CandidateTemplate) -> Bool {
    left.architecture == right.architecture && left.blocks == right.blocks && left.training == right.training
  }
}
