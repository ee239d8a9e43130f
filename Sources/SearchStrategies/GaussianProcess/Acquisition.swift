import Foundation
import Numerics
import ParetoAnalysis

enum Acquisition {
  case volume(VolumeGain)
  case direction(DirectionGain)

  init(over points: [[Double]], using stream: inout RandomStream) {
    let objectives = points.first?.count ?? 0
    let all = ProcessInfo.processInfo.environment["W_ACQ"] == "all"
    let none = ProcessInfo.processInfo.environment["W_ACQ"] == "none"
    self =
      objectives > (all ? 0 : none ? 99 : 2)
      ? .direction(DirectionGain(over: points, using: &stream)) : .volume(VolumeGain(over: points))
  }

  mutating func insert(_ point: [Double]) {
    if case .volume(var gain) = self {
      gain.insert(point)
      self = .volume(gain)
    }
  }

  mutating func turn(using stream: inout RandomStream) {
    if case .direction(var gain) = self {
      gain.turn(using: &stream)
      self = .direction(gain)
    }
  }

  func callAsFunction(_ point: [Double]) -> Double {
    switch self {
    case .volume(let gain): gain(point)
    case .direction(let gain): gain(point)
    }
  }
}

struct DirectionGain: Sendable {
  private let reference: [Double]
  private var direction: [Double] = []
  private let extents: [Double]

  init(over points: [[Double]], using stream: inout RandomStream) {
    let margin = Double(ProcessInfo.processInfo.environment["W_MARGIN"] ?? "1") ?? 1
    let hair = Double(ProcessInfo.processInfo.environment["W_HAIR"] ?? "0.02") ?? 0
    let best = VolumeGain.distinctFront(of: points, hair: hair)
    let bounds = (best.first ?? []).indices.map { axis in
      let values = best.map { $0[axis] }
      return (least: values.min() ?? 0, most: values.max() ?? 0)
    }
    extents = bounds.map { $0.most > $0.least ? $0.most - $0.least : 1 }
    reference = zip(bounds, extents).map { $0.most + margin * $1 }
    turn(using: &stream)
  }

  mutating func turn(using stream: inout RandomStream) {
    direction = extents.map { $0 * max(abs(stream.normal()), 1e-3) }
  }

  func callAsFunction(_ point: [Double]) -> Double {
    var least = Double.infinity
    for axis in point.indices { least = min(least, (reference[axis] - point[axis]) / direction[axis]) }
    return least
  }
}
