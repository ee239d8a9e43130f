import Training

extension ScalarSlot {
  static let autoWord = "auto"
  static let noneWord = "none"
  static let uniformWord = "uniform"
  static let balancedWord = "balanced"

  /// What may stand behind a key of the training.
  init(_ key: TrainingKey) {
    func names<Name: RawRepresentable & CaseIterable>(_ type: Name.Type) -> Kind
    where Name.RawValue == String { .name(type.allCases.map(\.rawValue)) }
    let share = Kind.real(expected: SinglePrecision.shares, condition: SinglePrecision.isShare)
    let positive = "a number above 0 in single precision, \(SinglePrecision.positiveRange)"
    let kind: Kind =
      switch key {
      case .loss: names(LossName.self)
      case .optimizer: names(OptimizerName.self)
      case .schedule: names(ScheduleName.self)
      case .flip: names(Augmentation.Flip.self)
      case .labelSmoothing, .momentum, .smoothing, .beta1, .beta2: share
      case .classWeights:
        .numbers(
          orWords: [Self.uniformWord, Self.balancedWord],
          expected: "uniform, balanced or a list of a number from 1e-6 to 1e6 for each class"
        ) { $0 >= 1e-6 && $0 <= 1e6 }
      case .huberDelta: .real(expected: "a number from 1e-6 to 1e6") { $0 >= 1e-6 && $0 <= 1e6 }
      case .nesterov: .boolean
      case .epsilon: .real(expected: "a number from 1e-30 to 1") { $0 >= 1e-30 && $0 <= 1 }
      case .weightDecay:
        .realOrWord(Self.autoWord, expected: "auto, 0 or a number from 1.2e-38 to 1e6") {
          $0 == 0 || SinglePrecision.isPositive($0) && $0 <= 1e6
        }
      case .gradientClip:
        .realOrWord(
          Self.noneWord, expected: "none or \(positive)", condition: SinglePrecision.isPositive)
      case .learningRate: .real(expected: positive, condition: SinglePrecision.isPositive)
      case .stepFactor:
        .real(expected: "a number from 1.2e-38 to 1") { SinglePrecision.isPositive($0) && $0 <= 1 }
      case .oneCyclePeak: .real(expected: "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
      case .warmUp:
        .real(expected: "a share of the training below 1, or a number of epochs from 1 on") {
          $0 >= 0 && $0 <= 1e6
        }
      case .noise: .real(expected: "a number from 0 to 1000") { $0 >= 0 && $0 <= 1000 }
      case .stepEvery, .batchSize, .epochs: .integer(1...1_000_000)
      case .patience: .integer(1...1_000_000, orWords: [Self.noneWord])
      case .shift: .integer(0...1000)
      }
    self.init(label: key.path.name, kind: kind)
  }
}
