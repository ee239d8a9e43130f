import Foundation

/// Why bytes are no safetensors file that can be read, or tensors none that can be written; with the remedy.
public enum SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read or written.
  case inaccessible(path: String, reason: String)
  /// There are fewer bytes than the header takes.
  case truncated(expected: Int, found: Int)
  /// The header's length is 0 or beyond what the format allows.
  case headerLength(UInt64)
  /// The header is not the JSON that it has to be.
  case header(String)
  /// An entry of the header is not what it has to be.
  case entry(name: String, problem: String)
  /// The tensors' bytes leave some of the data out, or there are none for them.
  case coverage(expected: Int, found: Int)
  /// A tensor has a type other than F32.
  case dataType(name: String, found: String)
  /// Two tensors have one name, or a tensor has the name of the metadata.
  case nameTaken(String)
  /// A tensor to be written has not as many values as its shape says, or sides below 0.
  case shape(name: String, shape: [Int], values: Int)

  /// What was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .inaccessible(let path, let reason): "\(path): \(reason)"
    case .truncated(let expected, let found):
      "safetensors: expected at least \(expected) bytes, got \(found); the file was cut off, copy it anew"
    case .headerLength(let length):
      "safetensors: expected a header of 2 ... \(SafetensorsFile.largestHeaderBytes) bytes, got \(length); "
        + "this is no safetensors file"
    case .header(let problem): "safetensors: header: \(problem); this is no safetensors file"
    case .entry(let name, let problem): "safetensors: tensor '\(name)': \(problem); write the file anew"
    case .coverage(let expected, let found):
      "safetensors: expected tensors of \(found) bytes in all, as the file has, got \(expected); write the file anew"
    case .dataType(let name, let found):
      "safetensors: tensor '\(name)': expected the type F32, got \(found); convert it to 32-bit floats"
    case .nameTaken(let name): "safetensors: the name '\(name)' is taken; give every tensor a name of its own"
    case .shape(let name, let shape, let values):
      "safetensors: tensor '\(name)': expected a value for each place of \(shape), got \(values) values"
    }
  }
}

extension SafetensorsError {
  /// The system's words for the cause of an error that Foundation threw.
  static func reason(behind error: any Error) -> String {
    let whole = error as NSError
    let cause = whole.userInfo[NSUnderlyingErrorKey] as? NSError ?? whole
    if cause.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(cause.code))) }
    switch (whole as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return String(cString: strerror(ENOENT))
    case .fileReadNoPermission, .fileWriteNoPermission: return String(cString: strerror(EACCES))
    default: return "the system gave no reason; look at the file and its folder"
    }
  }
}
