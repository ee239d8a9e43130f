// swift-tools-version: 6.2
import PackageDescription

// Each room with all rooms below it, not only with those that it imports: whatever holds a value of a module must be built anew
// when the layout of that value changes, and a build looks at the dependencies that are named here only.
let numerics: [Target.Dependency] = ["Numerics"]
let metering = numerics + ["EnergyMetering"]
let networks = numerics + ["NeuralNetworks"]
let datasets = numerics + ["Datasets"]
let training = networks + ["Datasets", "Training"]
let spaces = training + ["EnergyMetering", "SearchSpaces"]
let strategies = spaces + ["ParetoAnalysis", "SearchStrategies"]
let analysis = metering + ["ParetoAnalysis"]
let studies = strategies + ["Studies"]
let reports = studies + ["Reports"]

// One module a room. Imports only point down this list; no module knows the executable.
let package = Package(
  name: "wattle",
  products: [
    .executable(name: "wattle", targets: ["wattle"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "wattle",
      dependencies: reports + [
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Reports", dependencies: studies),
    .target(
      name: "Studies",
      dependencies: strategies + [
        "CSystem",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "SearchStrategies", dependencies: spaces + ["ParetoAnalysis"]),
    .target(name: "ParetoAnalysis", dependencies: metering),
    .target(
      name: "SearchSpaces",
      dependencies: training + ["EnergyMetering", .product(name: "Yams", package: "Yams")]),
    .target(name: "Training", dependencies: networks + ["Datasets"]),
    .target(name: "NeuralNetworks", dependencies: numerics + ["COpenBLAS", "CKernels"]),
    .target(name: "Datasets", dependencies: numerics + ["CZlib"], resources: [.copy("Resources")]),
    .target(name: "EnergyMetering", dependencies: numerics + ["CSystem"]),
    .target(name: "Numerics", dependencies: ["CGSL"]),
    .target(name: "CKernels"),
    .target(name: "CSystem"),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    // No pkg-config for GSL: it would add gslcblas, whose cblas_sgemm must not shadow OpenBLAS's.
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(name: "DataFileBytes", dependencies: ["CZlib"], path: "Tests/DataFileBytes"),
    .testTarget(name: "NumericsTests", dependencies: numerics),
    .target(name: "AllocationCounting", path: "Tests/AllocationCounting"),
    .testTarget(name: "NeuralNetworksTests", dependencies: networks + ["AllocationCounting"]),
    .testTarget(name: "DatasetsTests", dependencies: datasets + ["DataFileBytes"]),
    .testTarget(name: "TrainingTests", dependencies: training, exclude: ["Fixtures"]),
    .testTarget(name: "EnergyMeteringTests", dependencies: metering),
    .testTarget(name: "SearchSpacesTests", dependencies: spaces),
    .testTarget(name: "SearchStrategiesTests", dependencies: strategies),
    .testTarget(name: "ParetoAnalysisTests", dependencies: analysis),
    .testTarget(name: "StudiesTests", dependencies: studies),
    .testTarget(name: "ReportsTests", dependencies: reports),
    .testTarget(name: "CommandTests", dependencies: reports + ["wattle"]),
    .target(
      name: "UntrustedReaders", dependencies: studies + ["DataFileBytes"], path: "Tests/UntrustedReaders"),
    .testTarget(
      name: "UntrustedReaderTests", dependencies: studies + ["UntrustedReaders"], exclude: ["Corpus"]),
  ],
  swiftLanguageModes: [.v6]
)

// `tools/fuzz` alone builds this: it needs what the compiler adds for libFuzzer.
if Context.environment["WATTLE_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "wattle-fuzz", dependencies: studies + ["UntrustedReaders"], path: "tools/fuzz.d",
      sources: ["FuzzDriver.swift"])
  )
}
