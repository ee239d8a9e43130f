// swift-tools-version: 6.2
import PackageDescription

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
      dependencies: [
        "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Reports", dependencies: ["Studies"]),
    .target(
      name: "Studies",
      dependencies: [
        "SearchStrategies", "ParetoAnalysis", "Training", "EnergyMetering", "CSystem",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "SearchStrategies", dependencies: ["SearchSpaces", "ParetoAnalysis"]),
    .target(name: "ParetoAnalysis", dependencies: ["EnergyMetering"]),
    .target(
      name: "SearchSpaces",
      dependencies: [
        "Training", "EnergyMetering", .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "Training", dependencies: ["NeuralNetworks", "Datasets"]),
    .target(name: "NeuralNetworks", dependencies: ["Numerics", "COpenBLAS", "CKernels"]),
    .target(name: "Datasets", dependencies: ["Numerics", "CZlib"], resources: [.copy("Resources")]),
    .target(name: "EnergyMetering", dependencies: ["Numerics", "CSystem"]),
    .target(name: "Numerics", dependencies: ["CGSL"]),
    .target(name: "CKernels"),
    .target(name: "CSystem"),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    // No pkg-config for GSL: it would add gslcblas, whose cblas_sgemm must not shadow OpenBLAS's.
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .testTarget(name: "NumericsTests", dependencies: ["Numerics"]),
    .target(name: "AllocationCounting", path: "Tests/AllocationCounting"),
    .testTarget(name: "NeuralNetworksTests", dependencies: ["NeuralNetworks", "AllocationCounting"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "CZlib"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training"], exclude: ["Fixtures"]),
    .testTarget(name: "EnergyMeteringTests", dependencies: ["EnergyMetering", "Numerics"]),
    .testTarget(name: "SearchSpacesTests", dependencies: ["SearchSpaces"]),
    .testTarget(name: "SearchStrategiesTests", dependencies: ["SearchStrategies"]),
    .testTarget(name: "ParetoAnalysisTests", dependencies: ["ParetoAnalysis"]),
    .testTarget(name: "StudiesTests", dependencies: ["Studies"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
    .testTarget(name: "CommandTests", dependencies: ["wattle"]),
  ],
  swiftLanguageModes: [.v6]
)
