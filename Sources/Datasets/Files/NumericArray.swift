/// An array of numbers as a file holds it: a shape, an element type and bytes.
struct NumericArray {
  /// The file, or the member of an archive, for errors.
  let name: String
  /// The size of each axis, slowest first when read in C order.
  let shape: [Int]
  let element: ElementType
  /// Whether the first axis, not the last, is the one whose elements lie side by side.
  let isFortranOrder: Bool
  /// The elements' bytes, all of them; the indexes are offsets in the file.
  let content: ArraySlice<UInt8>

  /// How one number is spelled in bytes.
  struct ElementType: Hashable {
    enum Kind: Hashable {
      case float, signed, unsigned, boolean
    }
    var kind: Kind
    var byteCount: Int
    var isBigEndian: Bool
  }

  /// An array of the given bytes.
  ///
  /// - Throws: `DatasetError.damaged` when there are fewer or more bytes than the shape asks for, `.tooLarge`,
  ///   `.empty`, or `.unexpectedShape` for an array without an axis.
  init(
    name: String, shape: [Int], element: ElementType, isFortranOrder: Bool, content: ArraySlice<UInt8>
  ) throws(DatasetError) {
    guard !shape.isEmpty else {
      throw .unexpectedShape(file: name, problem: "expected an array of samples, got a single number")
    }
    guard !shape.contains(0) else { throw .empty(file: name) }
    let count = try MemoryBound.checkedCount(shape, name: name)
    // A file's size fits, since the bytes are there; the product may not.
    let (needed, overflows) = count.multipliedReportingOverflow(by: element.byteCount)
    guard !overflows, needed == content.count else {
      throw .damaged(
        file: name, offset: content.startIndex,
        problem:
          "expected \(overflows ? "more" : "\(needed)") bytes for the shape \(shape), got \(content.count)"
      )
    }
    self.name = name
    self.shape = shape
    self.element = element
    self.isFortranOrder = isFortranOrder && shape.count > 1
    self.content = content
  }

  /// The number of elements.
  var count: Int { content.count / element.byteCount }

  /// The elements in C order as samples along the first axis, each number less its origin and rounded to `Float`.
  ///
  /// - Parameter origins: the origin of each number of a sample, empty for none; nil finds them out.
  /// - Returns: the numbers, and the origins in C order; see `NumberRange`.
  /// - Throws: `DatasetError.damaged` with the place of the first one that is not a finite `Float`, or
  ///   `.unexpectedShape` for numbers too close together.
  /// - Complexity: O(*elements*).
  func samples(
    origins given: [Double]? = nil
  ) throws(DatasetError) -> (values: [Float], origins: [Double]) {
    if element.kind == .float { try checkFiniteFloats() }
    let sampleShape = Array(shape.dropFirst())
    var origins = given.map { Self.inFileOrder($0, sampleShape, isFortranOrder) } ?? []
    // What fits into the 24 bits of a Float has lost nothing.
    if given == nil, element.byteCount > (element.kind == .float ? 4 : 2) {
      var ranges = ColumnRanges(columnCount: count / shape[0])
      forEachColumn { ranges.note($0, column: $1) }
      if let (column, problem) = ranges.firstProblem {
        throw .unexpectedShape(file: name, problem: "number \(column + 1) of each sample: \(problem)")
      }
      origins = ranges.origins
    }
    var values: [Float] = []
    values.reserveCapacity(count)
    if origins.isEmpty {
      forEach { values.append(Float($0)) }
    } else {
      forEachColumn { values.append(Float($0 - origins[$1])) }
    }
    guard isFortranOrder else { return (values, origins) }
    return (Self.inCOrder(values, shape), origins.isEmpty ? [] : Self.inCOrder(origins, sampleShape))
  }

  /// The elements in C order; whole numbers beyond 2⁵³ are rounded.
  ///
  /// - Throws: `DatasetError.damaged` with the place of the first one that is not finite.
  /// - Complexity: O(*elements*).
  func doubles() throws(DatasetError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    forEach { values.append($0) }
    if element.kind == .float, let index = values.firstIndex(where: { !$0.isFinite }) {
      throw notFinite(index, "Double", "\(values[index])")
    }
    return isFortranOrder ? Self.inCOrder(values, shape) : values
  }

  private func checkFiniteFloats() throws(DatasetError) {
    var index = 0
    var bad: (index: Int, value: Float)?
    forEach { number in
      if bad == nil, !Float(number).isFinite { bad = (index, Float(number)) }
      index += 1
    }
    if let bad { throw notFinite(bad.index, "Float", "\(bad.value)") }
  }

  private func notFinite(_ index: Int, _ type: String, _ value: String) -> DatasetError {
    .damaged(
      file: name, offset: content.startIndex + index * element.byteCount,
      problem: "expected finite numbers within the range of \(type), got \(value)")
  }

  /// Hands out the elements in the file's order, each with its place in its sample, as the file orders these.
  private func forEachColumn(_ body: (Double, Int) -> Void) {
    let (samples, width) = (shape[0], count / shape[0])
    var index = 0
    forEach { number in
      body(number, isFortranOrder ? index / samples : index % width)
      index += 1
    }
  }

  /// Hands out the elements in the file's order.
  private func forEach(_ body: (Double) -> Void) {
    content.withUnsafeBytes { bytes in
      switch (element.kind, element.byteCount) {
      case (.float, 4): loop(bytes, UInt32.self) { body(Double(Float(bitPattern: $0))) }
      case (.float, _): loop(bytes, UInt64.self) { body(Double(bitPattern: $0)) }
      case (.signed, 1): loop(bytes, Int8.self) { body(Double($0)) }
      case (.signed, 2): loop(bytes, Int16.self) { body(Double($0)) }
      case (.signed, 4): loop(bytes, Int32.self) { body(Double($0)) }
      case (.signed, _): loop(bytes, Int64.self) { body(Double($0)) }
      case (.unsigned, 1): loop(bytes, UInt8.self) { body(Double($0)) }
      case (.unsigned, 2): loop(bytes, UInt16.self) { body(Double($0)) }
      case (.unsigned, 4): loop(bytes, UInt32.self) { body(Double($0)) }
      case (.unsigned, _): loop(bytes, UInt64.self) { body(Double($0)) }
      case (.boolean, _): loop(bytes, UInt8.self) { body($0 == 0 ? 0 : 1) }
      }
    }
  }

  @inline(__always)
  private func loop<Word: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ type: Word.Type, _ body: (Word) -> Void
  ) {
    for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size) {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
      body(element.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
    }
  }

  /// The elements in the order of the axes, the last one running fastest.
  private static func inCOrder<Number>(_ values: [Number], _ shape: [Int]) -> [Number] {
    guard shape.count > 1 else { return values }
    var steps = [1]
    for size in shape.dropLast() { steps.append(steps[steps.count - 1] * size) }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    var ordered: [Number] = []
    ordered.reserveCapacity(values.count)
    for _ in values.indices {
      ordered.append(values[offset])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += steps[axis]
        if index[axis] < shape[axis] { break }
        offset -= steps[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return ordered
  }

  /// Numbers in C order as the file orders them; in Fortran order the axes run the other way round.
  private static func inFileOrder(_ values: [Double], _ shape: [Int], _ isFortranOrder: Bool) -> [Double] {
    isFortranOrder && !values.isEmpty ? inCOrder(values, shape.reversed()) : values
  }
}
