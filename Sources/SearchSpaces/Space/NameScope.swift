/// Gives names to the parts of a list of layers.
///
/// The rule: a parameter is named by its way from the list's start. The second layer of a kind in one list is
/// `dense2`, the third `dense3`. A repetition counts its bodies: `repeat[1].dense.units`, unless they share their
/// values: `repeat.dense.units`. What stands inside the options of a choice comes behind the choice's name, all
/// options counted through: `choice.dense.units`, `choice.dense2.units`. What stands in a residual or in a block comes
/// behind its name, in branches behind the number of its path: `residual.conv2d.filters`, `stem.dense.units`,
/// `branches[1].conv2d.filters`. A condition adds nothing to the names of what it holds.
struct NameScope {
  /// What the names begin with.
  let prefix: String
  /// The prefixes of the lists around this one, the innermost first.
  let outerPrefixes: [String]
  private var counts: [String: Int] = [:]
  private var taken: Set<String>

  /// The scope of a whole template, in which some names are given away already.
  init(prefix: String = "", reserved: Set<String> = []) {
    self.prefix = prefix
    outerPrefixes = []
    taken = reserved
  }

  /// The scope of a list inside another's.
  init(prefix: String, in outer: NameScope) {
    self.prefix = prefix
    outerPrefixes = [outer.prefix] + outer.outerPrefixes
    taken = []
  }

  /// The prefixes under which a name is looked for, the innermost first.
  var prefixes: [String] { [prefix] + outerPrefixes }

  /// The name of the next part of a kind.
  mutating func next(_ kind: String) -> String {
    var name: String
    repeat {
      let count = counts[kind, default: 0] + 1
      counts[kind] = count
      name = count == 1 ? kind : "\(kind)\(count)"
    } while !taken.insert(name).inserted
    return prefix + name
  }

  /// Names the parameters of a number or a name.
  static func scalar(_ scalar: Located<ScalarTemplate>, name: String) -> NamedScalar {
    switch scalar.value {
    case .fixed(let value): return .fixed(value)
    case .integers(let range): return .integers(name: name, range, scalar.place)
    case .reals(let range): return .reals(name: name, range, scalar.place)
    case .choice(let options):
      var inside = NameScope(prefix: name + ".")
      var named: [NamedScalar] = []
      for option in options {
        switch option.value {
        case .fixed(let value): named.append(.fixed(value))
        case .integers: named.append(Self.scalar(option, name: inside.next("int")))
        case .reals: named.append(Self.scalar(option, name: inside.next("float")))
        case .choice: named.append(Self.scalar(option, name: inside.next("choice")))
        }
      }
      return .choice(name: name, labels: options.map(\.value.label), options: named, scalar.place)
    }
  }
}
