import Numerics

/// Energy by time and work: E = a₀·t + a₁·FLOP + a₂·bytes.
///
/// ```swift
/// let model = FittedModel(fittedTo: samples)
/// let joules = model.joules(cpuSeconds: 2, operations: OperationCount(flops: 1e11, bytes: 4e9))
/// ```
public struct FittedModel: Codable, Hashable, Sendable {
  /// a₀: watts of a busy CPU, whatever it computes.
  public var busyWatts: Double
  /// a₁: joules that each floating-point operation adds.
  public var joulesPerFlop: Double
  /// a₂: joules that each byte read or written adds.
  public var joulesPerByte: Double

  /// A model of the given coefficients.
  public init(busyWatts: Double, joulesPerFlop: Double, joulesPerByte: Double) {
    self.busyWatts = busyWatts
    self.joulesPerFlop = joulesPerFlop
    self.joulesPerByte = joulesPerByte
  }

  /// The model that comes nearest to the samples: least squares of the relative errors, so that a small workload counts
  /// as much as a large one, with coefficients of zero or more (``NonNegativeLeastSquares``).
  ///
  /// - Precondition: at least three samples, each of some joules.
  public init(fittedTo samples: [CalibrationSample]) {
    precondition(samples.allSatisfy { $0.joules > 0 }, "expected samples of some joules")
    func column(_ value: (CalibrationSample) -> Double) -> [Double] { samples.map { value($0) / $0.joules } }
    let fit = NonNegativeLeastSquares(
      columns: [column(\.cpuSeconds), column(\.operations.flops), column(\.operations.bytes)],
      samples.map { _ in 1 })
    self.init(
      busyWatts: fit.coefficients[0], joulesPerFlop: fit.coefficients[1], joulesPerByte: fit.coefficients[2])
  }

  /// The energy of some work in joules.
  public func joules(cpuSeconds: Double, operations: OperationCount) -> Double {
    busyWatts * cpuSeconds + joulesPerFlop * operations.flops + joulesPerByte * operations.bytes
  }

  /// By which part of the measured energy the model is wrong about a sample: |E − measured| / measured.
  public func relativeError(about sample: CalibrationSample) -> Double {
    abs(joules(cpuSeconds: sample.cpuSeconds, operations: sample.operations) - sample.joules) / sample.joules
  }
}

/// How well a model fits.
public struct FitQuality: Codable, Hashable, Sendable {
  /// The root of the mean squared relative error over the samples that were fitted.
  public var residual: Double
  /// The median relative error over samples that were not fitted.
  public var medianHoldOutError: Double
  /// The largest relative error over samples that were not fitted.
  public var largestHoldOutError: Double

  /// The given errors.
  public init(residual: Double, medianHoldOutError: Double, largestHoldOutError: Double) {
    self.residual = residual
    self.medianHoldOutError = medianHoldOutError
    self.largestHoldOutError = largestHoldOutError
  }

  /// The quality of a model of the samples: each sample in turn is left out, and predicted by a model of the others.
  ///
  /// - Precondition: at least four samples, each of some joules.
  public init(of model: FittedModel, fittedTo samples: [CalibrationSample]) {
    let errors = samples.map(model.relativeError)
    residual = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    let heldOut = samples.indices.map { index in
      var others = samples
      let sample = others.remove(at: index)
      return FittedModel(fittedTo: others).relativeError(about: sample)
    }
    medianHoldOutError = Statistics.median(heldOut)
    largestHoldOutError = heldOut.max() ?? 0
  }
}
