/// Something that people know, with the CO2 equivalent that it stands for.
///
/// The figures are those of Strubell, Ganesh and McCallum 2019, "Energy and policy considerations for deep learning in
/// NLP", table 1, in pounds; a pound is 0.45359237 kg exactly.
public struct EverydayEquivalent: Hashable, Sendable {
  /// Such as `a car over its life, with fuel`.
  public let name: String
  /// Its CO2 equivalent in pounds.
  public let pounds: Double
  /// Whether it is what a year emits, so that a part of it is a time.
  public let isYear: Bool

  /// The grams in a pound.
  public static let gramsPerPound = 453.59237

  /// Its CO2 equivalent in grams.
  public var grams: Double { pounds * Self.gramsPerPound }

  /// How many of it some grams of CO2 equivalent are.
  public func count(ofGrams grams: Double) -> Double { grams / self.grams }

  /// The table.
  public static let all = [
    EverydayEquivalent(
      name: "round-trip flight New York–San Francisco, one passenger", pounds: 1_984, isYear: false),
    EverydayEquivalent(name: "average human life, one year", pounds: 11_023, isYear: true),
    EverydayEquivalent(name: "average American life, one year", pounds: 36_156, isYear: true),
    EverydayEquivalent(name: "car including fuel, lifetime", pounds: 126_000, isYear: false),
  ]
}
