/// Which trial is trained on which rung, in brackets of successive halving: the numbers of jobs are fixed before anything is
/// seen.
struct HyperbandSchedule: Sendable {
  /// The jobs of a bracket on one rung, as trial numbers that follow each other.
  struct Block: Hashable, Sendable {
    /// The number of the first trial.
    var start: Int
    /// How many trials there are.
    var count: Int
    /// The bracket, counted from 0 over the whole search.
    var bracket: Int
    /// The rung.
    var rung: Int
    /// Whether the bracket begins here, with new candidates.
    var isFirst: Bool
  }

  /// The blocks of the brackets that are repeated.
  private let cycle: [Block]
  private let cycleTrials: Int
  private let cycleBrackets: Int

  /// A schedule.
  ///
  /// - Parameters:
  ///   - reduction: η.
  ///   - rungs: how many rungs there are.
  ///   - isHyperband: brackets that begin on each of the rungs in turn; otherwise all begin on the first.
  init(reduction: Int, rungs: Int, isHyperband: Bool) {
    func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { product, _ in product * reduction } }
    var blocks: [Block] = []
    var start = 0
    var bracket = 0
    for climbs in (isHyperband ? 0...rungs - 1 : rungs - 1...rungs - 1).reversed() {
      // n = ⌈rungs / (s + 1) · ηˢ⌉ candidates begin, s being how many rungs they can climb.
      let candidates = (rungs * power(climbs) + climbs) / (climbs + 1)
      for step in 0...climbs {
        let block = Block(
          start: start, count: candidates / power(step), bracket: bracket, rung: rungs - 1 - climbs + step,
          isFirst: step == 0)
        blocks.append(block)
        start += block.count
      }
      bracket += 1
    }
    cycle = blocks
    cycleTrials = start
    cycleBrackets = bracket
  }

  /// The block of a trial.
  func block(of trial: Int) -> Block {
    let (turn, place) = trial.quotientAndRemainder(dividingBy: cycleTrials)
    let index = cycle.lastIndex { $0.start <= place } ?? 0
    var block = cycle[index]
    block.start += turn * cycleTrials
    block.bracket += turn * cycleBrackets
    return block
  }

  /// The rung that a bracket begins on.
  func firstRung(of bracket: Int) -> Int {
    cycle.first { $0.bracket == bracket % cycleBrackets }?.rung ?? 0
  }
}
