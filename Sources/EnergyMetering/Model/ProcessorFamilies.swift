/// The processor families that the model knows.
///
/// Each row's ends are the parts with the least and the most thermal design power a core among those that its
/// source lists. The sources:
/// - *ARK*: Intel's product pages as collected in CodeCarbon's
///   `data/hardware/cpu_dataset_builder/intel_cpu_ark_dataset.csv` (github.com/mlco2/codecarbon, 2025).
/// - *AMD*: AMD's product pages as collected there in `amd_cpu_server_dataset.csv` (default TDP).
/// - *CCF*: Cloud Carbon Footprint, `ccf-coefficients`, `output/coefficients-aws-use.csv` (2026): mean watts of a
///   whole server by hardware thread in the SPECpower_ssj2008 results, idle ("Min Watts"), rounded.
/// - *Which part belongs to which family*: the lists in `data/` of ccf-coefficients (Skylake-SP, Cascade Lake,
///   Sapphire, Emerald and Granite Rapids), `data/cpu_model.csv` of Kepler (Haswell, Broadwell), the README of
///   Intel's CedarIslandFspBinPkg (third-generation Xeons ending in H are Cooper Lake, the others Ice Lake), and
///   AMD's series names. Rocket Lake is the desktop parts of the eleventh Core generation.
/// - *Linux*: model numbers and steppings in `arch/x86/include/asm/intel-family.h`; for EPYC those of
///   `sevsnpmeasure/vcpu_types.py` (github.com/virtee/sev-snp-measure).
///
/// Families of which no such list was at hand are left out; their processors get a band across the whole table.
public enum ProcessorFamilies {
  /// All rows; the first that contains a processor counts.
  public static let all: [ProcessorFamily] = intel + amd

  static let intel: [ProcessorFamily] = [
    row(
      "Haswell", 0x3F...0x3F, ProcessorPart("Xeon E5-2650L v3", watts: 65, cores: 12),
      ProcessorPart("Xeon E5-1630 v3", watts: 140, cores: 4), idle: 1.857),
    row(
      "Broadwell", 0x4F...0x4F, ProcessorPart("Xeon E5-2650L v4", watts: 65, cores: 14),
      ProcessorPart("Xeon E5-1630 v4", watts: 140, cores: 4), idle: 0.713),
    row(
      "Broadwell-D", 0x56...0x56, ProcessorPart("Xeon D-1577", watts: 45, cores: 16),
      ProcessorPart("Pentium D1508", watts: 25, cores: 2), idle: nil),
    row(
      "Skylake-SP", 0x55...0x55, steppings: 0...4, ProcessorPart("Xeon D-2173IT", watts: 70, cores: 14),
      ProcessorPart("Xeon W-2125", watts: 120, cores: 4), idle: 0.613),
    row(
      "Cascade Lake", 0x55...0x55, steppings: 5...9, ProcessorPart("Xeon Gold 6262V", watts: 135, cores: 24),
      ProcessorPart("Xeon W-2223", watts: 120, cores: 4), idle: 0.690),
    row(
      "Cooper Lake", 0x55...0x55, steppings: 10...15, ProcessorPart("Xeon Gold 6330H", watts: 150, cores: 24),
      ProcessorPart("Xeon Platinum 8356H", watts: 190, cores: 8), idle: nil),
    row(
      "Ice Lake-SP", 0x6A...0x6A, ProcessorPart("Xeon Platinum 8352V", watts: 195, cores: 36),
      ProcessorPart("Xeon Gold 6334", watts: 165, cores: 8), idle: 0.767),
    row(
      "Ice Lake-D", 0x6C...0x6C, ProcessorPart("Xeon D-1834", watts: 42, cores: 8),
      ProcessorPart("Xeon D-2712T", watts: 65, cores: 4), idle: nil),
    row(
      "Sapphire Rapids", 0x8F...0x8F, ProcessorPart("Xeon Platinum 8470N", watts: 300, cores: 52),
      ProcessorPart("Xeon Gold 6434", watts: 195, cores: 8), idle: 1.036),
    row(
      "Emerald Rapids", 0xCF...0xCF, ProcessorPart("Xeon Platinum 8581V", watts: 270, cores: 60),
      ProcessorPart("Xeon Gold 6534", watts: 195, cores: 8), idle: 0.814),
    row(
      "Granite Rapids", 0xAD...0xAE, ProcessorPart("Xeon 6980P", watts: 500, cores: 128),
      ProcessorPart("Xeon 6714P", watts: 165, cores: 8), idle: 0.582),
    row(
      "Rocket Lake", 0xA7...0xA7, ProcessorPart("Core i9-11900T", watts: 35, cores: 8),
      ProcessorPart("Core i5-11600K", watts: 125, cores: 6), idle: nil),
  ]

  static let amd: [ProcessorFamily] = [
    epyc(
      "EPYC Naples", 0x17, 0x01...0x01, ProcessorPart("EPYC 7501", watts: 155, cores: 32),
      ProcessorPart("EPYC 7261", watts: 170, cores: 8), idle: 0.847),
    epyc(
      "EPYC Rome", 0x17, 0x31...0x31, ProcessorPart("EPYC 7702", watts: 200, cores: 64),
      ProcessorPart("EPYC 7F32", watts: 180, cores: 8), idle: 0.474),
    epyc(
      "EPYC Milan", 0x19, 0x01...0x01, ProcessorPart("EPYC 7713", watts: 225, cores: 64),
      ProcessorPart("EPYC 72F3", watts: 180, cores: 8), idle: 0.456),
    epyc(
      "EPYC Genoa", 0x19, 0x11...0x11, ProcessorPart("EPYC 9634", watts: 290, cores: 84),
      ProcessorPart("EPYC 9174F", watts: 320, cores: 16), idle: 0.739),
    epyc(
      "EPYC Bergamo", 0x19, 0x00...0xFF, brand: "EPYC 97", ProcessorPart("EPYC 9754", watts: 360, cores: 128),
      ProcessorPart("EPYC 9734", watts: 340, cores: 112), idle: nil),
    epyc(
      "EPYC Siena", 0x19, 0x00...0xFF, brand: "EPYC 8", ProcessorPart("EPYC 8534PN", watts: 175, cores: 64),
      ProcessorPart("EPYC 8024P", watts: 90, cores: 8), idle: nil),
    // Recognised by its name; AMD's revision guide 58730 has SP5 parts at family 1Ah, models 10h–1Fh. The idle
    // figure of CCF is left out: at 3.7 W it is five times the generation before, since its list mixes server
    // parts with the desktop-sized EPYC 4005.
    epyc(
      "EPYC Turin", 0x1A, 0x00...0xFF, brand: "EPYC 9", ProcessorPart("EPYC 9845", watts: 390, cores: 160),
      ProcessorPart("EPYC 9175F", watts: 320, cores: 16), idle: nil),
  ]

  private static func row(
    _ name: String, _ models: ClosedRange<Int>, steppings: ClosedRange<Int> = 0...15, _ lowest: ProcessorPart,
    _ highest: ProcessorPart, idle: Double?
  ) -> ProcessorFamily {
    ProcessorFamily(
      name: name, vendor: "GenuineIntel", family: 6, models: models, steppings: steppings, brand: nil,
      lowest: lowest, highest: highest, idleWatts: idle,
      source: "parts: Intel ARK in CodeCarbon; model number: Linux intel-family.h"
        + (idle == nil ? "" : "; idle: Cloud Carbon Footprint"))
  }

  private static func epyc(
    _ name: String, _ family: Int, _ models: ClosedRange<Int>, brand: String = "EPYC",
    _ lowest: ProcessorPart,
    _ highest: ProcessorPart, idle: Double?
  ) -> ProcessorFamily {
    ProcessorFamily(
      name: name, vendor: "AuthenticAMD", family: family, models: models, steppings: 0...15, brand: brand,
      lowest: lowest, highest: highest, idleWatts: idle,
      source: "parts: AMD product pages in CodeCarbon; "
        + (brand == "EPYC" ? "model number: sev-snp-measure" : "recognised by name")
        + (idle == nil ? "" : "; idle: Cloud Carbon Footprint"))
  }

  /// What only certain families can do, for processors whose model number a hypervisor has masked.
  static let abilities: [(flags: Set<String>, families: [String])] = [
    (["amx_tile", "avx512_fp16"], ["Sapphire Rapids", "Emerald Rapids", "Granite Rapids"])
  ]
}
