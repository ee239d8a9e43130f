import Datasets
import Foundation
import SearchSpaces
import Testing

@Suite struct DatasetSectionTests {
  private func section(
    _ text: String, folder: String? = "/data", overrides: [String] = []
  ) throws -> StudyConfiguration.DatasetSection {
    try StudyConfiguration(
      yaml: plainYAML(line: 2, "dataset: {\(text)}"), fileName: "plain.yaml", overrides: overrides,
      folder: folder
    ).dataset
  }

  /// What sections say, as YAML and as a reference.
  static let sections: [(String, DatasetReference)] = [
    ("name: breast-cancer", DatasetReference(.builtIn(.breastCancer))),
    (
      "name: digits, shape: [64], kind: image", DatasetReference(.builtIn(.digits), shape: [64], kind: .image)
    ),
    ("name: teacher", DatasetReference(.teacher(TeacherDataset()))),
    (
      "name: teacher, samples: 50, values: 7, classes: 3, hidden: 4, noise: 0.25, seed: 18446744073709551615",
      DatasetReference(
        .teacher(TeacherDataset(samples: 50, values: 7, classes: 3, hidden: 4, noise: 0.25, seed: .max)))
    ),
    (
      "name: spirals, samples: 60, arms: 4, turns: 2.5, noise: 0, seed: 3",
      DatasetReference(.spirals(SpiralsDataset(samples: 60, arms: 4, turns: 2.5, noise: 0, seed: 3)))
    ),
    (
      "name: glyphs, samples: 70, size: 20, classes: 10, jitter: 0.2, noise: 0.3, seed: 4",
      DatasetReference(
        .glyphs(GlyphsDataset(samples: 70, size: 20, classes: 10, jitter: 0.2, noise: 0.3, seed: 4)))
    ),
    (
      "name: friedman, samples: 80, values: 6, noise: 0.5, seed: 5",
      DatasetReference(.friedman(FriedmanDataset(samples: 80, values: 6, noise: 0.5, seed: 5)))
    ),
    ("csv: a.csv", DatasetReference(.csv(CSVSource(path: "/data/a.csv")))),
    (
      "csv: ./b c.csv, target: species, header: true, separator: ;, task: classification, classes: 3",
      DatasetReference(
        .csv(CSVSource(path: "/data/b c.csv", target: .name("species"), header: true, separator: .semicolon)),
        task: .classification, classes: 3)
    ),
    (
      "csv: ../a.csv, target: 2, header: auto, separator: tab, task: regression, test: {csv: /other/t.csv}",
      DatasetReference(
        .csv(CSVSource(path: "/data/../a.csv", target: .number(2), separator: .tab)),
        test: .csv(CSVSource(path: "/other/t.csv", target: .number(2), separator: .tab)), task: .regression)
    ),
    (
      "csv: a.csv, target: '2'", DatasetReference(.csv(CSVSource(path: "/data/a.csv", target: .name("2"))))
    ),
    (
      "npy: x.npy, labels: y.npy, test: {npy: u.npy, labels: v.npy}",
      DatasetReference(
        .npy(NPYSource(path: "/data/x.npy", labels: "/data/y.npy")),
        test: .npy(NPYSource(path: "/data/u.npy", labels: "/data/v.npy")))
    ),
    ("npz: a.npz", DatasetReference(.npz(NPZSource(path: "/data/a.npz")))),
    (
      "npz: a.npz, features: x_train, labels: y_train, test: {npz: a.npz, features: x_test, labels: y_test}",
      DatasetReference(
        .npz(NPZSource(path: "/data/a.npz", features: "x_train", labels: "y_train")),
        test: .npz(NPZSource(path: "/data/a.npz", features: "x_test", labels: "y_test")))
    ),
    (
      "idx: i.gz, labels: l.gz, classes: 10, shape: [784], test: {idx: ti.gz, labels: tl.gz}",
      DatasetReference(
        .idx(IDXSource(path: "/data/i.gz", labels: "/data/l.gz")),
        test: .idx(IDXSource(path: "/data/ti.gz", labels: "/data/tl.gz")), classes: 10, shape: [784])
    ),
    (
      "cifar10: [a.bin, b.bin], test: {cifar10: t.bin}",
      DatasetReference(
        .cifar(CIFARSource(paths: ["/data/a.bin", "/data/b.bin"], labels: .cifar10)),
        test: .cifar(CIFARSource(paths: ["/data/t.bin"], labels: .cifar10)))
    ),
    (
      "cifar100: train.bin, labels: coarse, test: {cifar100: t.bin}",
      DatasetReference(
        .cifar(CIFARSource(paths: ["/data/train.bin"], labels: .coarse)),
        test: .cifar(CIFARSource(paths: ["/data/t.bin"], labels: .coarse)))
    ),
  ]

  @Test(arguments: sections)
  func `a section says which data set, and so does its resolved form`(
    _ text: String, _ expected: DatasetReference
  )
    throws
  {
    let section = try section(text)
    #expect(section.reference == expected)
    #expect(section.split == (expected.test == nil ? [0.6, 0.2, 0.2] : [0.8, 0.2, 0]))
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 2, "dataset: {\(text)}"), fileName: "plain.yaml", folder: "/data")
    // Another folder: the resolved paths are absolute.
    let again = try StudyConfiguration(
      yaml: configuration.resolvedYAML, fileName: "config.yaml", folder: "/elsewhere")
    #expect(again == configuration && again.resolvedYAML == configuration.resolvedYAML)
  }

  @Test func `a data set with a test part of its own is split in two`() throws {
    let section = try section("csv: a.csv, test: {csv: t.csv}, split: [0.9, 0.1]")
    #expect(section.split == [0.9, 0.1, 0] && section.name == "a.csv")
  }

  @Test func `paths are relative to the folder of the configuration's file`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("study.yaml")
    try Data(plainYAML(line: 2, "dataset: {csv: data/a.csv}").utf8).write(to: file)
    let configuration = try StudyConfiguration(
      contentsOf: file.path, overrides: ["dataset.test={csv: t.csv}"])
    let expected = DatasetReference(
      .csv(CSVSource(path: folder.path + "/data/a.csv")), test: .csv(CSVSource(path: folder.path + "/t.csv")))
    #expect(configuration.dataset.reference == expected)
    #expect(
      try section("csv: data/a.csv", folder: nil).reference
        == DatasetReference(.csv(CSVSource(path: "data/a.csv"))))
  }

  @Test(arguments: [
    ("name: digit", "2:17: name: no data set is called 'digit'; did you mean 'digits'?"),
    (
      "name: mnist",
      "2:17: name: 'mnist' does not come with the program; get it with tools/fetch-data mnist and write idx: FILE "
        + "instead of name"
    ),
    (
      "name: minst",
      "2:17: name: no data set is called 'minst'; known names: digits, breast-cancer, teacher, spirals, glyphs, friedman"
    ),
    ("nmae: digits", "2:11: unknown key 'nmae' in dataset; did you mean 'name'?"),
    (
      "name: digits, samples: 3",
      "2:25: unknown key 'samples' in dataset; known keys: name, split, shape, kind"
    ),
    ("name: teacher, sample: 3", "2:26: unknown key 'sample' in dataset; did you mean 'samples'?"),
    ("name: teacher, csv: a", "2:26: dataset: 'name' and 'csv' exclude each other"),
    ("name: teacher, samples: 0", "2:35: samples: expected a positive integer, got 0"),
    ("name: teacher, noise: 1.5", "2:33: noise: expected a number from 0 to 1, got 1.5"),
    ("name: teacher, seed: -1", "2:32: seed: expected an integer from 0 to 18446744073709551615, got -1"),
    ("name: glyphs, classes: 11", "2:34: classes: 11 is too large; the largest is 10"),
    ("name: friedman, values: 4", "2:35: values: expected an integer of at least 5, got 4"),
    ("csv: a.csv, taget: x", "2:23: unknown key 'taget' in dataset; did you mean 'target'?"),
    ("csv: a.csv, target: 0", "2:31: target: expected a positive integer, got 0"),
    ("csv: a.csv, header: yes", "2:31: header: expected true, false or auto, got 'yes'"),
    ("csv: a.csv, separator: commma", "2:34: separator: unknown name 'commma'; did you mean 'comma'?"),
    ("csv: a.csv, task: regresion", "2:29: task: unknown name 'regresion'; did you mean 'regression'?"),
    ("csv: a.csv, classes: 1", "2:32: classes: expected an integer of at least 2, got 1"),
    (
      "csv: a.csv, task: regression, classes: 3", "2:50: classes: a regression has none; leave it out"
    ),
    ("csv: 3", "2:16: csv: expected the path of a file, got 3"),
    ("csv: a.csv, test: {csv: t.csv, target: 2}", "2:42: unknown key 'target' in test; known keys: csv"),
    ("csv: a.csv, test: {npz: t.npz}", "2:30: unknown key 'npz' in test; known keys: csv"),
    ("csv: a.csv, test: t.csv", "2:29: test: expected a mapping with the keys csv; got 't.csv'"),
    (
      "csv: a.csv, test: {csv: b}, split: [0.6, 0.2, 0.2]",
      "2:46: split: expected two fractions that sum to 1, such as [0.8, 0.2], got 3"
    ),
    ("npy: x.npy", "2:10: dataset: missing key 'labels'"),
    ("idx: x, labels: y, test: {idx: z}", "2:36: test: missing key 'labels'"),
    ("cifar10: []", "2:20: cifar10: expected at least one file"),
    ("cifar100: a, labels: fien", "2:32: labels: unknown name 'fien'; did you mean 'fine'?"),
    ("name: digits, kind: pictures", "2:31: kind: unknown name 'pictures'; known names: table, image"),
    ("name: digits, shape: [8, 0]", "2:36: shape: expected a positive integer, got 0"),
    ("name: digits, shape: []", "2:32: shape: expected 1 to 8 sizes, got 0"),
  ])
  func `a wrong key or value is reported with its place`(_ text: String, _ expected: String) {
    #expect(errorText(plainYAML(line: 2, "dataset: {\(text)}")) == "plain.yaml:\(expected)")
  }
}
