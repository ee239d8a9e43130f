extension Optimizer {
  private enum Rule: String, CodingKey, CaseIterable {
    case sgd, rmsprop, adam, adamw
  }

  private struct Constants: Decodable {
    var momentum: Double?
    var nesterov: Bool?
    var smoothing: Double?
    var beta1: Double?
    var beta2: Double?
    var epsilon: Double?
    var weightDecay: Double?
  }

  /// Reads an object of one key, the rule, such as `{"sgd":{"momentum":0.9}}`. A constant that is missing has its
  /// default, as in a journal written before it existed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Rule.self)
    guard let rule = container.allKeys.first, container.allKeys.count == 1 else {
      let rules = Rule.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected an optimizer: an object with exactly one of the keys \(rules)"))
    }
    let constants = try container.decode(Constants.self, forKey: rule)
    let (beta1, beta2) = (constants.beta1 ?? 0.9, constants.beta2 ?? 0.999)
    let epsilon = constants.epsilon ?? 1e-8
    switch rule {
    case .sgd:
      self = .sgd(
        momentum: constants.momentum ?? 0, nesterov: constants.nesterov ?? false,
        weightDecay: constants.weightDecay ?? 0)
    case .rmsprop:
      self = .rmsprop(
        smoothing: constants.smoothing ?? 0.99, epsilon: epsilon, weightDecay: constants.weightDecay ?? 0)
    case .adam:
      self = .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: constants.weightDecay ?? 0)
    case .adamw:
      self = .adamw(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: constants.weightDecay ?? 0.01)
    }
  }
}
