/// A zone's counter while it is being read.
struct PowercapCounter {
  let domain: String
  let file: any RereadableFile
  /// Microjoules at which the counter starts again from zero.
  let range: UInt64
  private var first: UInt64 = 0
  private var previous: UInt64 = 0
  private var wrapped: UInt64 = 0

  init(zone: PowercapZone, domain: String, files: any FileOpener) throws(FileAccessError) {
    self.domain = domain
    file = try files.open("\(zone.folder)/energy_uj")
    let path = "\(zone.folder)/max_energy_range_uj"
    let text = try files.contents(of: path)
    guard let range = UInt64(text.filter { !$0.isWhitespace }), range > 0 else {
      throw .failed(path, reason: "not a range in microjoules, so a wrap could not be told")
    }
    self.range = range
  }

  func read() throws(FileAccessError) -> UInt64 {
    guard let value = try file.readNumber() else {
      throw .failed(domain, reason: "the counter is not a number")
    }
    return value
  }

  mutating func begin(at value: UInt64) {
    first = value
    previous = value
    wrapped = 0
  }

  /// Follows the counter to a value, and gives the microjoules from the last one; a counter that went back has
  /// wrapped once.
  @discardableResult
  mutating func advance(to value: UInt64) -> UInt64 {
    let before = total
    // A counter that was seen above its range would otherwise make the total go back.
    if value < previous { wrapped += max(range, previous) }
    previous = value
    return total - before
  }

  /// Microjoules from the first value to the last, through all wraps.
  var total: UInt64 { wrapped + previous - first }
}
