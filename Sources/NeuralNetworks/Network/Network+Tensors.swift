extension Network {
  /// All that the network has learnt, array by array in the order of the layers, parameters and state.
  ///
  /// The parameters among them, one behind the other, are `parameters`; the state likewise is `state`.
  public var tensors: [TensorDescription] { planTensors.map(\.description) }

  /// A copy of all parameters, tensor by tensor; setting it replaces them.
  ///
  /// - Complexity: O(parameters).
  public var parameters: [Float] {
    get { packed(.parameter, workspace.parameters) }
    set { unpack(newValue, .parameter, workspace.parameters) }
  }

  /// A copy of the gradient by each parameter, as of the last `computeGradients`.
  ///
  /// - Complexity: O(parameters).
  public var gradients: [Float] { packed(.parameter, workspace.parameterGradients) }

  /// A copy of what the network knows besides its parameters, tensor by tensor: the running means and variances of its
  /// batch norms, which `computeGradients` moves. Setting it replaces them. A saved network has both.
  ///
  /// - Complexity: O(state).
  public var state: [Float] {
    get { packed(.state, workspace.state) }
    set { unpack(newValue, .state, workspace.state) }
  }

  /// Without the gaps that align the tensors.
  func packed(_ role: TensorDescription.Role, _ vector: UnsafeMutablePointer<Float>) -> [Float] {
    planTensors.lazy.filter { $0.description.role == role }
      .flatMap { UnsafeBufferPointer(start: vector + $0.offset, count: $0.count) }
  }

  func unpack(
    _ numbers: [Float], _ role: TensorDescription.Role, _ vector: UnsafeMutablePointer<Float>
  ) {
    let tensors = planTensors.filter { $0.description.role == role }
    precondition(numbers.count == tensors.reduce(0) { $0 + $1.count }, "one number each")
    var position = 0
    for tensor in tensors {
      for index in 0..<tensor.count { vector[tensor.offset + index] = numbers[position + index] }
      position += tensor.count
    }
  }
}
