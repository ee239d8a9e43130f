extension Dataset {
  /// A short text that differs, as good as surely, between data sets with other samples, shapes, tasks or classes.
  ///
  /// It is the 64-bit FNV-1a hash (Fowler, Noll and Vo; RFC 9923), taken number by number instead of byte by byte. Not
  /// meant against an adversary: it notices that a file has changed.
  ///
  /// - Complexity: linear in the number of values, a nanosecond each.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01b3 }
    func add(_ text: String) {
      for byte in text.utf8 { add(UInt64(byte)) }
      add(UInt64(0x100))
    }
    for side in sampleShape { add(UInt64(side)) }
    add(UInt64(task.outputCount))
    add(kind.rawValue)
    for name in classNames { add(name) }
    add(UInt64(ownTestCount))
    for origin in featureOrigins { add(origin.bitPattern) }
    add(UInt64(features.count))
    features.withUnsafeBufferPointer { for value in $0 { add(UInt64(value.bitPattern)) } }
    for label in labels { add(UInt64(UInt32(bitPattern: label))) }
    for target in targets { add(target.bitPattern) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
