internal import CKernels

/// What a network in training carries from step to step besides its parameters and its state: what the optimiser has
/// gathered, and how far the stream of dropout has come.
public struct NetworkTrainingState: Hashable, Sendable {
  /// The vectors of the optimiser, each laid out as `Network.parameters`: the velocity of SGD, the mean square of
  /// RMSprop, the mean and the mean square of Adam.
  public var optimizerVectors: [[Float]]
  /// β₁ᵗ and β₂ᵗ of Adam after t steps, with which it corrects its bias; 1 of the other rules.
  public var beta1Power: Double
  /// See `beta1Power`.
  public var beta2Power: Double
  /// The state of dropout's generator: four words for each of 16 lanes, [4, 16].
  public var dropoutWords: [UInt32]

  /// The number of words of `dropoutWords`.
  public static let dropoutWordCount = MemoryLayout<wattle_dropout_state>.size / MemoryLayout<UInt32>.size

  /// A state of the given parts.
  public init(
    optimizerVectors: [[Float]], beta1Power: Double, beta2Power: Double, dropoutWords: [UInt32]
  ) {
    self.optimizerVectors = optimizerVectors
    self.beta1Power = beta1Power
    self.beta2Power = beta2Power
    self.dropoutWords = dropoutWords
  }
}

extension Network {
  /// A copy of what the training carries from step to step; with `parameters` and `state` it is all that the next step
  /// depends on.
  ///
  /// - Complexity: O(parameters).
  public var trainingState: NetworkTrainingState {
    let vectors = (0..<(optimizerState?.optimizer.stateVectors ?? 0)).compactMap { index in
      optimizerState.map { packed(.parameter, $0.vectors + index * parameterStorage) }
    }
    return NetworkTrainingState(
      optimizerVectors: vectors, beta1Power: optimizerState?.beta1Power ?? 1,
      beta2Power: optimizerState?.beta2Power ?? 1,
      dropoutWords: withUnsafeBytes(of: workspace.dropoutState.pointee.words) {
        Array($0.bindMemory(to: UInt32.self))
      })
  }

  /// Replaces what the training carries from step to step.
  ///
  /// - Throws: `WeightsError` unless the state has the sizes of this network and its optimiser; nothing is replaced then.
  /// - Complexity: O(parameters).
  public mutating func setTrainingState(_ training: NetworkTrainingState) throws(WeightsError) {
    let expected = [optimizerState?.optimizer.stateVectors ?? 0, parameterCount]
    let found = [
      training.optimizerVectors.count,
      training.optimizerVectors.first { $0.count != parameterCount }?.count ?? parameterCount,
    ]
    guard found == expected else { throw .shape(name: "optimizer", expected: expected, found: found) }
    guard training.dropoutWords.count == NetworkTrainingState.dropoutWordCount else {
      throw .shape(
        name: "dropout", expected: [NetworkTrainingState.dropoutWordCount],
        found: [training.dropoutWords.count])
    }
    for (index, vector) in training.optimizerVectors.enumerated() {
      guard let start = optimizerState?.vectors else { break }
      unpack(vector, .parameter, start + index * parameterStorage)
    }
    optimizerState?.beta1Power = training.beta1Power
    optimizerState?.beta2Power = training.beta2Power
    withUnsafeMutableBytes(of: &workspace.dropoutState.pointee.words) { words in
      training.dropoutWords.withUnsafeBytes { words.copyMemory(from: $0) }
    }
  }
}
