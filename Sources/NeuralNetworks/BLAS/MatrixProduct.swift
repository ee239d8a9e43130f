internal import CKernels
internal import COpenBLAS

/// Products of row-major matrices, put to OpenBLAS in the form it is fastest at.
///
/// For AVX-512, OpenBLAS has kernels for small products (up to 10⁶ multiply-adds) that read the factors where they
/// lie. They outdo the general path, which packs both factors first, but not when the right factor is transposed. So a
/// product is cut into tiles that stay small, and a transposed right factor is transposed by us. Elsewhere a
/// product is one call.
enum MatrixProduct {
  /// C = A·B, or C = Aᵀ·B:  A [rows, depth], or [depth, rows] when transposed; B [depth, columns]; C [rows, columns].
  static func multiply(
    _ a: UnsafePointer<Float>, transposed: Bool = false, _ b: UnsafePointer<Float>,
    into c: UnsafeMutablePointer<Float>, rows: Int, columns: Int, depth: Int
  ) {
    let aStride = transposed ? rows : depth
    guard hasSmallKernels, rows * columns * depth > largestSmallProduct else {
      product(a, transposed, b, c, rows, columns, depth, aStride, columns, accumulating: false)
      return
    }
    let columnTile = tile(of: columns, atMost: 128)
    let depthTile = tile(of: depth, atMost: 128)
    let rowTile = tile(of: rows, atMost: max(16, min(128, tileVolume / (columnTile * depthTile))))
    for column in stride(from: 0, to: columns, by: columnTile) {
      for level in stride(from: 0, to: depth, by: depthTile) {
        for row in stride(from: 0, to: rows, by: rowTile) {
          product(
            a + (transposed ? level * aStride + row : row * aStride + level), transposed,
            b + level * columns + column, c + row * columns + column,
            min(rowTile, rows - row), min(columnTile, columns - column), min(depthTile, depth - level),
            aStride, columns, accumulating: level > 0)
        }
      }
    }
  }

  /// C = A·Bᵀ:  A [rows, depth], B [columns, depth], C [rows, columns].
  ///
  /// `scratch` holds at least `scratchCount(rows:columns:depth:)` numbers.
  static func multiply(
    _ a: UnsafePointer<Float>, byTransposed b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>,
    rows: Int,
    columns: Int, depth: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    if !hasSmallKernels {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(depth),
        1, a, Int32(depth), b, Int32(depth), 0, c, Int32(columns))
    } else if rows * (depth + columns) < depth * columns {
      // Cᵀ = B·Aᵀ
      let transposedA = scratch
      let transposedC = scratch + (rows * depth).roundedUpToAlignment
      wattle_transpose(rows, depth, a, transposedA)
      multiply(b, transposedA, into: transposedC, rows: columns, columns: rows, depth: depth)
      wattle_transpose(columns, rows, transposedC, c)
    } else {
      wattle_transpose(columns, depth, b, scratch)
      multiply(a, scratch, into: c, rows: rows, columns: columns, depth: depth)
    }
  }

  /// The scratch of a product by a transposed factor, for any number of rows up to `rows`.
  static func scratchCount(rows: Int, columns: Int, depth: Int) -> Int {
    // Fewer rows take the first way more often, but never with more scratch than the second would take.
    min(
      (rows * depth).roundedUpToAlignment + (rows * columns).roundedUpToAlignment,
      (depth * columns).roundedUpToAlignment + 32)
  }

  /// The most multiply-adds that OpenBLAS calls a small product.
  private static let largestSmallProduct = 1_000_000
  /// The multiply-adds of one tile; a half of the above leaves the rows a multiple of the kernels' blocks.
  private static let tileVolume = 1 << 19

  /// Whether the kernels in use include those for small products.
  private static let hasSmallKernels = ["skylakex", "cooperlake", "sapphirerapids"]
    .contains(OpenBLAS.coreName.lowercased())

  /// An even share of `extent`, a multiple of 16.
  private static func tile(of extent: Int, atMost limit: Int) -> Int {
    let pieces = (extent + limit - 1) / limit
    return ((extent + pieces - 1) / pieces).roundedUpToAlignment
  }

  private static func product(
    _ a: UnsafePointer<Float>, _ transposed: Bool, _ b: UnsafePointer<Float>,
    _ c: UnsafeMutablePointer<Float>,
    _ rows: Int, _ columns: Int, _ depth: Int, _ aStride: Int, _ stride: Int, accumulating: Bool
  ) {
    cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns),
      Int32(depth),
      1, a, Int32(aStride), b, Int32(stride), accumulating ? 1 : 0, c, Int32(stride))
  }
}
