import CKernels
import Testing

/// The activations that have no bias fused, against the plain version.
@Suite("Activation kernels")
struct ActivationKernelTests {
  typealias Forward = (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  typealias Backward = (
    Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
  ) -> Void

  struct Kernel {
    var name: String
    var forward: Forward
    var backward: Backward
    var plainForward: Forward
    var plainBackward: Backward
    /// What it is for large inputs of either sign: at −10⁶ and at 10⁶.
    var ends: (Float, Float)
  }

  static var kernels: [Kernel] {
    [
      Kernel(
        name: "relu6", forward: wattle_relu6, backward: wattle_relu6_backward,
        plainForward: wattle_relu6_reference, plainBackward: wattle_relu6_backward_reference, ends: (0, 6)),
      Kernel(
        name: "leaky relu", forward: { wattle_leaky_relu($0, 0.01, $1, $2) },
        backward: { wattle_leaky_relu_backward($0, 0.01, $1, $2, $3, $4) },
        plainForward: { wattle_leaky_relu_reference($0, 0.01, $1, $2) },
        plainBackward: { wattle_leaky_relu_backward_reference($0, 0.01, $1, $2, $3, $4) },
        ends: (-1e4, 1e6)),
      Kernel(
        name: "squared relu", forward: wattle_squared_relu, backward: wattle_squared_relu_backward,
        plainForward: wattle_squared_relu_reference, plainBackward: wattle_squared_relu_backward_reference,
        ends: (0, 1e12)),
      Kernel(
        name: "sigmoid", forward: wattle_sigmoid, backward: wattle_sigmoid_backward,
        plainForward: wattle_sigmoid_reference, plainBackward: wattle_sigmoid_backward_reference, ends: (0, 1)
      ),
      Kernel(
        name: "silu", forward: wattle_silu, backward: wattle_silu_backward,
        plainForward: wattle_silu_reference, plainBackward: wattle_silu_backward_reference, ends: (0, 1e6)),
      Kernel(
        name: "hard swish", forward: wattle_hard_swish, backward: wattle_hard_swish_backward,
        plainForward: wattle_hard_swish_reference, plainBackward: wattle_hard_swish_backward_reference,
        ends: (0, 1e6)),
    ]
  }

  @Test("They equal the plain version, forward and backward", arguments: [1, 7, 16, 17, 33, 100])
  func values(count: Int) {
    for kernel in Self.kernels {
      let x = normals(count).map { 4 * $0 }
      let upstream = normals(count, seed: 2)
      for edge in GuardedMemory.Edge.allCases {
        let memory = GuardedMemory(at: edge)
        defer { memory.free() }
        var (expected, expectedGradient) = (x, x)
        kernel.plainForward(count, x, &expected)
        kernel.plainBackward(count, x, expected, upstream, &expectedGradient)
        let y = memory.unwritten(count)
        kernel.forward(count, memory.floats(x).start, y.start)
        #expect(maximumDifference(y.values, expected) < 3e-6, "\(kernel.name)")
        // In place, as the network has it.
        let gradient = memory.floats(upstream)
        kernel.backward(count, memory.floats(x).start, y.start, gradient.start, gradient.start)
        #expect(maximumDifference(gradient.values, expectedGradient) < 1e-5, "\(kernel.name)")
      }
    }
  }

  @Test("Large inputs give the limits, and no gradient that is not a number")
  func ends() {
    for kernel in Self.kernels {
      let x: [Float] = [-1e6, 1e6, -0.0, 0.0, -89, 89]
      var y = x
      kernel.forward(x.count, x, &y)
      #expect(y[0] == kernel.ends.0 && abs(y[1] - kernel.ends.1) <= 1e-6 * kernel.ends.1, "\(kernel.name)")
      var gradient = [Float](repeating: 1, count: x.count)
      kernel.backward(x.count, x, y, gradient, &gradient)
      #expect(gradient.allSatisfy { $0.isFinite }, "\(kernel.name)")
    }
  }

  @Test("Not a number stays so, also in a vector of numbers")
  func notANumber() {
    for kernel in Self.kernels {
      var x = [Float](repeating: -1, count: 20)
      x[3] = .nan
      x[19] = .nan
      var y = x
      kernel.forward(x.count, x, &y)
      #expect(y.map(\.isNaN) == x.map(\.isNaN), "\(kernel.name)")
    }
  }

  @Test("A ReLU behind a bias keeps what is not a number")
  func fusedRelu() {
    var y: [Float] = [-1, .nan, 2] + Array(repeating: -1, count: 30)
    wattle_bias_relu(1, y.count, [Float](repeating: 0, count: y.count), &y)
    #expect(y[1].isNaN && y[0] == 0 && y[2] == 2)
    var plain: [Float] = [-1, .nan, 2] + Array(repeating: -1, count: 30)
    wattle_relu(plain.count, plain, &plain)
    #expect(plain[1].isNaN && plain[0] == 0)
  }
}
