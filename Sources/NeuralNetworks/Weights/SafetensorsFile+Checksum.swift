extension SafetensorsFile {
  /// The 64-bit FNV-1a hash of some texts and of tensors, their names and then their values, in the order of their names; of
  /// values a word of 32 bits at a time. In hexadecimal digits.
  ///
  /// - Complexity: O(values).
  public static func checksum(of tensors: [NamedTensor], _ texts: [String] = []) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
    for byte in texts.joined(separator: "\n").utf8 { add(UInt64(byte)) }
    for tensor in tensors.sorted(by: { $0.name < $1.name }) {
      for byte in tensor.name.utf8 { add(UInt64(byte)) }
      for value in tensor.values { add(UInt64(value.bitPattern)) }
    }
    return String(hash, radix: 16)
  }
}
