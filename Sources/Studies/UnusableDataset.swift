import Datasets
import SearchSpaces

/// The data set that a configuration asks for cannot be had: which part of the configuration asks, and why not.
public struct UnusableDataset: Error, CustomStringConvertible {
  /// Where the data set is asked for.
  public let place: ConfigurationPlace
  /// What is wrong with it.
  public let cause: DatasetError

  /// Both in one line.
  public var description: String { "\(place): dataset: \(cause)" }
}
