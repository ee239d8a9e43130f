import Synchronization

/// Which data set, with which options: what a config says and what a worker process is told.
///
/// ```swift
/// let spirals = try DatasetReference(.spirals(SpiralsDataset(arms: 3))).load()
/// let mnist = try DatasetReference(
///   .idx(IDXSource(path: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz")),
///   test: .idx(IDXSource(path: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz"))
/// ).load()
/// ```
public struct DatasetReference: Codable, Hashable, Sendable {
  /// Where the samples come from.
  public var source: Source
  /// Where a test part of its own comes from; only for files.
  public var test: Source?
  /// What is to be learnt from files; nil finds out: texts and up to 100 different whole numbers are classes,
  /// numbers with a fraction are a regression.
  public var task: Task?
  /// The number of classes of files whose labels are 0 ..< `classes`; nil takes the values found, in sorted order.
  public var classes: Int?
  /// The shape of one sample where it is not the format's; as many values in the same order.
  public var shape: [Int]?
  /// How values are standardised where it is not the format's way.
  public var kind: Dataset.Kind?

  /// Where samples come from.
  public enum Source: Codable, Hashable, Sendable {
    /// A data set that comes with the program.
    case builtIn(BuiltInDataset)
    /// Labels from a random network.
    case teacher(TeacherDataset)
    /// Arms of a spiral.
    case spirals(SpiralsDataset)
    /// Drawn shapes.
    case glyphs(GlyphsDataset)
    /// Friedman's first regression.
    case friedman(FriedmanDataset)
    /// A delimited text file.
    case csv(CSVSource)
    /// NumPy arrays, a file each.
    case npy(NPYSource)
    /// NumPy arrays in one archive.
    case npz(NPZSource)
    /// IDX files.
    case idx(IDXSource)
    /// CIFAR's binary files.
    case cifar(CIFARSource)
  }

  /// What is to be learnt.
  public enum Task: String, Codable, Hashable, CaseIterable, Sendable {
    /// A class for each sample.
    case classification
    /// A number for each sample.
    case regression
  }

  /// A data set of a source.
  public init(
    _ source: Source, test: Source? = nil, task: Task? = nil, classes: Int? = nil, shape: [Int]? = nil,
    kind: Dataset.Kind? = nil
  ) {
    self.source = source
    self.test = test
    self.task = task
    self.classes = classes
    self.shape = shape
    self.kind = kind
  }

  /// The names of data sets that need no file.
  public static let names =
    BuiltInDataset.allCases.map(\.rawValue) + ["teacher", "spirals", "glyphs", "friedman"]

  /// The data set in a word: its name, or its file's.
  public var summary: String {
    switch source {
    case .builtIn(let builtIn): builtIn.rawValue
    case .teacher: "teacher"
    case .spirals: "spirals"
    case .glyphs: "glyphs"
    case .friedman: "friedman"
    case .csv(let csv): Excerpt.fileName(csv.path)
    case .npy(let npy): Excerpt.fileName(npy.path)
    case .npz(let npz): Excerpt.fileName(npz.path)
    case .idx(let idx): Excerpt.fileName(idx.path)
    case .cifar(let cifar): cifar.labels == .cifar10 ? "cifar10" : "cifar100"
    }
  }

  /// The paths of the files that are read; none for data that come with the program or are drawn.
  public var files: [String] { source.files + (test?.files ?? []) }

  /// Reads or draws the samples.
  ///
  /// - Throws: what is wrong with a file or an option, with the place; nothing is half loaded.
  /// - Complexity: O(*values*); the values and the file may each take a third of the memory available.
  public func load() throws(DatasetError) -> Dataset {
    var dataset = try samples()
    dataset.name = summary
    if let shape {
      let count = shape.reduce((product: 1, fits: true)) { sofar, size in
        let (product, overflows) = sofar.product.multipliedReportingOverflow(by: size)
        return (product, sofar.fits && !overflows && size > 0)
      }
      guard count.fits, count.product == dataset.valuesPerSample else {
        throw .invalidOption(
          option: "shape",
          problem:
            "expected a shape of \(dataset.valuesPerSample) values, as \(dataset.sampleShape) has, got \(shape)"
        )
      }
      dataset.sampleShape = shape
      dataset.kind = shape.count == 1 ? .table : .image
    }
    if let kind { dataset.kind = kind }
    return dataset
  }

  /// The samples as `load()` gives them; read once and then remembered until another data set is asked for.
  public func loadOnce() throws(DatasetError) -> Dataset {
    if let last = Self.lastLoaded.withLock({ $0 }), last.reference == self { return last.dataset }
    let dataset = try load()
    Self.lastLoaded.withLock { $0 = (self, dataset) }
    return dataset
  }

  private static let lastLoaded = Mutex<(reference: DatasetReference, dataset: Dataset)?>(nil)

  private func samples() throws(DatasetError) -> Dataset {
    if test != nil, !isOfFiles { throw Self.testOfNamed }
    switch source {
    case .builtIn(let builtIn): return try builtIn.load()
    case .teacher(let teacher): return try teacher.load()
    case .spirals(let spirals): return try spirals.load()
    case .glyphs(let glyphs): return try glyphs.load()
    case .friedman(let friedman): return try friedman.load()
    case .csv(let csv): return try labelled(csv.read())
    case .npy(let npy): return try labelled(npy.read())
    case .npz(let npz): return try labelled(npz.read())
    case .idx(let idx): return try labelled(idx.read())
    case .cifar(let cifar): return try labelled(cifar.read())
    }
  }

  /// The samples of files with their classes or targets, and a test part of their own behind them.
  private func labelled(_ raw: RawSamples) throws(DatasetError) -> Dataset {
    let encoding = try TargetEncoding(raw, task: task, classCount: classes)
    var dataset = try encoding.dataset(raw, name: summary)
    guard let rawTest = try readTest(of: raw) else { return dataset }
    guard rawTest.sampleShape == raw.sampleShape else {
      throw .unexpectedShape(
        file: rawTest.name,
        problem: "expected test samples of the shape \(raw.sampleShape), got \(rawTest.sampleShape)")
    }
    let testPart = try encoding.dataset(rawTest, name: summary)
    _ = try MemoryBound.checkedCount(
      [dataset.count + testPart.count, dataset.valuesPerSample], name: rawTest.name)
    dataset.features += testPart.features
    dataset.labels += testPart.labels
    dataset.targets += testPart.targets
    dataset.ownTestCount = testPart.count
    return dataset
  }

  private func readTest(of training: RawSamples) throws(DatasetError) -> RawSamples? {
    switch test {
    case nil: return nil
    case .csv(let csv): return try csv.read(testOf: training)
    case .npy(let npy): return try npy.read(origins: training.origins)
    case .npz(let npz): return try npz.read(origins: training.origins)
    case .idx(let idx): return try idx.read(origins: training.origins)
    case .cifar(let cifar): return try cifar.read()
    case .builtIn, .teacher, .spirals, .glyphs, .friedman:
      throw Self.testOfNamed
    }
  }

  private var isOfFiles: Bool {
    switch source {
    case .csv, .npy, .npz, .idx, .cifar: true
    case .builtIn, .teacher, .spirals, .glyphs, .friedman: false
    }
  }

  private static let testOfNamed = DatasetError.invalidOption(
    option: "test", problem: "only files have a test part apart, and it is of files too")
}

extension DatasetReference.Source {
  fileprivate var files: [String] {
    switch self {
    case .builtIn, .teacher, .spirals, .glyphs, .friedman: []
    case .csv(let csv): [csv.path]
    case .npy(let npy): [npy.path, npy.labels]
    case .npz(let npz): [npz.path]
    case .idx(let idx): [idx.path, idx.labels]
    case .cifar(let cifar): cifar.paths
    }
  }
}
