import EnergyMetering
import Foundation

/// How a command ended.
public enum CommandEnding: Hashable, Sendable {
  /// It exited with a code.
  case exited(Int32)
  /// A signal ended it.
  case killed(signal: Int32)

  /// The ending that the kernel's `wait` status tells.
  init(waitStatus status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
  }

  /// The exit code that a shell gives for it: 128 + the number for a signal.
  public var exitCode: Int32 {
    switch self {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    }
  }
}

/// One run of a command: what it and its descendants used, and what that cost.
public struct CommandRun: Sendable {
  /// When the run ended.
  public var endDate: Date
  /// Seconds from the start to the end, stops included.
  public var wallSeconds: Double
  /// CPU seconds of the command and all its descendants.
  public var cpuSeconds: Double
  /// The part of `cpuSeconds` in the programs themselves; only of processes that were collected.
  public var userSeconds: Double
  /// The part of `cpuSeconds` in the kernel; only of processes that were collected.
  public var systemSeconds: Double
  /// The most physical memory seen at one time, over all processes together; what they share is counted for each.
  /// Nil if the command ended before anything was seen.
  public var peakMemoryBytes: Int?
  /// Bytes of physical memory times the seconds that they were held.
  public var memoryByteSeconds: Double
  /// The command's energy; nil if the counter could not be read at the end.
  public var energy: EnergyReading?
  /// All that the counter showed meanwhile, idle cores and other programs included; nil where nothing was measured.
  public var machineEnergy: EnergyReading?
  /// How the command ended.
  public var ending: CommandEnding
  /// Descendants that outlived the command and were counted until it ended.
  public var processesLeftBehind: Int
  /// What people should know, such as a counter that could not be read.
  public var warnings: [String]

  /// A run.
  public init(
    endDate: Date, wallSeconds: Double, cpuSeconds: Double, userSeconds: Double, systemSeconds: Double,
    peakMemoryBytes: Int?, memoryByteSeconds: Double, energy: EnergyReading?, machineEnergy: EnergyReading?,
    ending: CommandEnding, processesLeftBehind: Int, warnings: [String]
  ) {
    self.endDate = endDate
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.userSeconds = userSeconds
    self.systemSeconds = systemSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.memoryByteSeconds = memoryByteSeconds
    self.energy = energy
    self.machineEnergy = machineEnergy
    self.ending = ending
    self.processesLeftBehind = processesLeftBehind
    self.warnings = warnings
  }

  /// Seconds below which a run is short: the edges of a counter's window are uncertain by 2 ms together, 1 % of this,
  /// and a modelled figure consists of the process's start above all.
  public static let shortSeconds = CounterSelfTest.seconds

  /// Whether the run was too short for a figure to be trusted on its own.
  public var isShort: Bool { wallSeconds < Self.shortSeconds }

  /// The command's energy if there is a figure: a counter that did not move says nothing, and surely not zero.
  public var resolvedEnergy: EnergyReading? { Self.resolved(energy) }

  /// The machine's energy if there is a figure.
  public var resolvedMachineEnergy: EnergyReading? { Self.resolved(machineEnergy) }

  private static func resolved(_ reading: EnergyReading?) -> EnergyReading? {
    reading.flatMap { $0.energy.joules > 0 ? $0 : nil }
  }
}
