internal import CKernels
internal import COpenBLAS

/// The BLAS library that the engine multiplies matrices with, as loaded into this process.
public enum OpenBLAS {
  /// The library's version and build options, such as `"OpenBLAS 0.3.21 … DYNAMIC_ARCH …"`.
  public static var configuration: String {
    openblas_get_config().map { String(cString: $0) } ?? ""
  }

  /// The kernels in use, by the name of a CPU family, such as `"SkylakeX"`. OpenBLAS chooses them when it is loaded;
  /// the environment variable `OPENBLAS_CORETYPE` overrides its choice.
  public static var coreName: String {
    openblas_get_corename().map { String(cString: $0) } ?? ""
  }

  /// The number of threads of one product. More than one spin while they wait, which costs energy.
  public static var threadCount: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(clamping: max(newValue, 1))) }
  }

  /// The file of the library that the engine's matrix products are resolved to; nil if unknown. Another library of
  /// the process may export the same names (GSL's does).
  public static var libraryPath: String? {
    typealias Product =
      @convention(c) (
        CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Float, UnsafePointer<Float>?,
        Int32,
        UnsafePointer<Float>?, Int32, Float, UnsafeMutablePointer<Float>?, Int32
      ) -> Void
    let product: Product = cblas_sgemm
    return wattle_library_of(unsafeBitCast(product, to: UnsafeRawPointer.self)).map { String(cString: $0) }
  }
}
