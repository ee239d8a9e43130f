import Datasets

extension StudyConfiguration.DatasetSection {
  /// The section with its defaults written out.
  var resolved: ResolvedNode {
    var pairs = reference.source.resolved
    if let task = reference.task { pairs.append(("task", .text(task.rawValue))) }
    if let classes = reference.classes { pairs.append(("classes", .plain(String(classes)))) }
    if let shape = reference.shape { pairs.append(("shape", .list(shape.map { .plain(String($0)) }))) }
    if let kind = reference.kind { pairs.append(("kind", .text(kind.rawValue))) }
    if let test = reference.test { pairs.append(("test", .mapping(test.resolvedAsTest))) }
    let split = reference.test == nil ? split : Array(split.prefix(2))
    pairs.append(("split", .list(split.map(ResolvedNode.real))))
    return .mapping(pairs)
  }
}

extension DatasetReference.Source {
  fileprivate var resolved: [(String, ResolvedNode)] {
    switch self {
    case .builtIn(let builtIn): return [("name", .text(builtIn.rawValue))]
    case .teacher(let teacher):
      return [
        ("name", .text("teacher")), ("samples", .plain(String(teacher.samples))),
        ("values", .plain(String(teacher.values))), ("classes", .plain(String(teacher.classes))),
        ("hidden", .plain(String(teacher.hidden))), ("noise", .real(teacher.noise)),
        ("seed", .plain(String(teacher.seed))),
      ]
    case .spirals(let spirals):
      return [
        ("name", .text("spirals")), ("samples", .plain(String(spirals.samples))),
        ("arms", .plain(String(spirals.arms))), ("turns", .real(spirals.turns)),
        ("noise", .real(spirals.noise)),
        ("seed", .plain(String(spirals.seed))),
      ]
    case .glyphs(let glyphs):
      return [
        ("name", .text("glyphs")), ("samples", .plain(String(glyphs.samples))),
        ("size", .plain(String(glyphs.size))), ("classes", .plain(String(glyphs.classes))),
        ("jitter", .real(glyphs.jitter)), ("noise", .real(glyphs.noise)),
        ("seed", .plain(String(glyphs.seed))),
      ]
    case .friedman(let friedman):
      return [
        ("name", .text("friedman")), ("samples", .plain(String(friedman.samples))),
        ("values", .plain(String(friedman.values))), ("noise", .real(friedman.noise)),
        ("seed", .plain(String(friedman.seed))),
      ]
    case .csv(let csv):
      var pairs = resolvedAsTest
      switch csv.target {
      case .last: break
      case .number(let number): pairs.append(("target", .plain(String(number))))
      case .name(let name): pairs.append(("target", .text(name)))
      }
      pairs.append(("header", csv.header.map { .plain(String($0)) } ?? .text("auto")))
      pairs.append(("separator", .text(csv.separator?.rawValue ?? "auto")))
      return pairs
    case .cifar(let cifar) where cifar.labels != .cifar10:
      return resolvedAsTest + [("labels", .text(cifar.labels.rawValue))]
    case .npy, .npz, .idx, .cifar: return resolvedAsTest
    }
  }

  /// The files alone: a test part has the other options of the part that is trained on.
  fileprivate var resolvedAsTest: [(String, ResolvedNode)] {
    switch self {
    case .builtIn, .teacher, .spirals, .glyphs, .friedman: return []
    case .csv(let csv): return [("csv", .text(csv.path))]
    case .npy(let npy): return [("npy", .text(npy.path)), ("labels", .text(npy.labels))]
    case .idx(let idx): return [("idx", .text(idx.path)), ("labels", .text(idx.labels))]
    case .npz(let npz):
      var pairs: [(String, ResolvedNode)] = [("npz", .text(npz.path))]
      if let name = npz.features { pairs.append(("features", .text(name))) }
      if let name = npz.labels { pairs.append(("labels", .text(name))) }
      return pairs
    case .cifar(let cifar):
      let paths = ResolvedNode.list(cifar.paths.map { .text($0) })
      return [(cifar.labels == .cifar10 ? "cifar10" : "cifar100", paths)]
    }
  }
}
