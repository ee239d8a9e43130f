/// A binary heap: what comes before all else is at hand (Williams 1964, "Algorithm 232: Heapsort", CACM 7).
///
/// - Complexity: O(log n) for ``push(_:)`` and ``pop()``.
struct MinimumHeap<Element> {
  private var elements: [Element] = []
  private let isBefore: (Element, Element) -> Bool

  /// An empty heap in an order.
  init(by isBefore: @escaping (Element, Element) -> Bool) { self.isBefore = isBefore }

  /// The number of elements.
  var count: Int { elements.count }

  /// Adds an element.
  mutating func push(_ element: Element) {
    elements.append(element)
    var index = elements.count - 1
    while index > 0, case let parent = (index - 1) / 2, isBefore(elements[index], elements[parent]) {
      elements.swapAt(index, parent)
      index = parent
    }
  }

  /// Takes the first element out; nil if there is none.
  mutating func pop() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < elements.count {
        if isBefore(elements[child], elements[least]) { least = child }
      }
      if least == index { return first }
      elements.swapAt(index, least)
      index = least
    }
  }
}
