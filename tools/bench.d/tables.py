"""The results as tables, for a terminal and as Markdown."""

BEGIN, END = "<!-- tools/bench begin -->", "<!-- tools/bench end -->"
"""Between these marks of a page its tables stand."""

TITLES = {
    ("mlp", "training"): "MLP training, a step", ("cnn", "training"): "CNN training, a step",
    ("mlp", "inference"): "MLP inference, batch 1", ("cnn", "inference"): "CNN inference, batch 1",
}


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def times(value):
    return "–" if value is None else f"{value:.1f} ×" if value < 100 else f"{value:.0f} ×"


def microseconds(value):
    return number(value, 1 if value is not None and value < 100 else 0)


def sections(results):
    """(title, header, rows, note) of every part that was measured."""
    yield from steps_sections(results.get("steps", []), results.get("summaries", {}))
    if rows := results.get("workers"):
        yield (
            "Two training processes against one, samples a second", ["case", "one", "two", "ratio"],
            [[row["case"], number(row["oneSamplesPerSecond"]), number(row["twoSamplesPerSecond"]),
              f"{row['ratio']:.2f} ×"] for row in rows],
            "The last row is what the machine itself gives: two virtual processors may share a core.")
    if rows := results.get("memory"):
        yield (
            "Peak memory of a training process, MB", ["case", "Wattle", "PyTorch", "ratio"],
            [[row["case"], number(row["wattleBytes"] * 1e-6), number(row["torchBytes"] * 1e-6), times(row["ratio"])]
             for row in rows], "PyTorch in its leaner form, eager, as pip installs it.")
    if job := results.get("job"):
        yield job_section(job)


def job_section(job):
    own, peer = job["wattle"], job["optuna"]
    return (
        f"{job['trials']} random trials of search-spaces/digits-mlp.yaml, mean of {job['seeds']} seeds",
        ["", "Wattle", "Optuna + PyTorch", "ratio"],
        [["CPU-seconds, all processes", number(own["cpuSeconds"], 1), number(peer["cpuSeconds"], 1),
          times(job["ratio"])],
         ["wall-clock seconds", number(own["wallSeconds"], 1), number(peer["wallSeconds"], 1),
          times(peer["wallSeconds"] / own["wallSeconds"])],
         ["trials completed", number(own["completed"]), number(peer["completed"]), ""],
         ["optimiser steps drawn", number(own["steps"]), number(peer["steps"]), ""],
         ["best validation accuracy", f"{own['bestAccuracy']:.4f}", f"{peer['bestAccuracy']:.4f}", ""]],
        "Wattle uses all cores, Optuna one.")


def steps_sections(rows, summaries):
    for key, title in TITLES.items():
        chosen = [row for row in rows if (row["group"], row["mode"]) == key]
        if not chosen:
            continue
        header = ["case (batch)" if key[1] == "training" else "case", "Wattle µs", "PyTorch µs", "its best", "ratio"]
        columns = [header[0]] + header[1:] + ["scikit-learn µs", "ratio", "GFLOP/s", "of sgemm"]
        lines = [
            [name_of(row), microseconds(row["wattleMicroseconds"]), microseconds(row["torchMicroseconds"]),
             row["torchVariant"], times(row["torchRatio"]), microseconds(row["sklearnMicroseconds"]),
             times(row["sklearnRatio"]), number(row["gigaflops"], 1), f"{row['shareOfPeak']:.0%}"]
            for row in chosen]
        summary = summaries[f"{key[0]} {key[1]}"]
        note = f"PyTorch / Wattle: geometric mean {times(summary['geometricMean'])}, least {times(summary['least'])}."
        yield title, columns, lines, note + missing(chosen)
    if "inference" in summaries:
        summary = summaries["inference"]
        yield (
            "Inference at batch 1, all cases", ["geometric mean", "least"],
            [[times(summary["geometricMean"]), times(summary["least"])]], None)


def name_of(row):
    """Inference has a batch of its own."""
    return row["case"] if row["mode"] == "training" else row["case"].rsplit(" (", 1)[0]


def missing(rows):
    """What a side could not run, and why."""
    reasons = {}
    for row in rows:
        for variant, reason in row["notRun"].items():
            reasons.setdefault((variant, reason), []).append(name_of(row))
    texts = [
        f" Not run: {variant}, {'all' if len(names) == len(rows) else '; '.join(names)} ({reason})."
        for (variant, reason), names in reasons.items()]
    return "".join(texts)


def description(machine, settings):
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    lines = [
        f"{machine['date']}, Wattle {machine['commit'] or 'outside a repository'}; {machine['processor']}, "
        f"{machine['cores']} cores, Linux {machine['kernel']}; load average at the start {machine['loadAverage']:.1f}",
        f"{machine['blas']}: {machine['blasCore']}, sgemm {machine['sgemmGigaflops']:.0f} GFLOP/s on one core",
        f"Python {machine['python']}: {packages}; one thread, single precision, fused Adam",
        f"medians of {settings.rounds} rounds of {settings.seconds} s, all sides in turn on one core",
    ]
    if settings.quick:
        lines.append("quick: PyTorch without torch.compile, which may be its best")
    return lines


def text(results, settings):
    parts = ["\n".join(description(results["machine"], settings))]
    for title, header, rows, note in sections(results):
        widths = [max(len(line[column]) for line in [header, *rows]) for column in range(len(header))]
        lines = [title]
        for line in [header, *rows]:
            cells = [cell.ljust(width) if is_text(column, header) else cell.rjust(width)
                     for column, (cell, width) in enumerate(zip(line, widths))]
            lines.append(("  " + "  ".join(cells)).rstrip())
        parts.append("\n".join(lines + ([f"  {note}"] if note else [])))
    return "\n\n".join(parts) + "\n"


def markdown(results, settings):
    parts = []
    for title, header, rows, note in sections(results):
        rule = ["---" if is_text(column, header) else "--:" for column in range(len(header))]
        lines = [f"**{title}**", ""] + ["| " + " | ".join(line) + " |" for line in [header, rule, *rows]]
        parts.append("\n".join(lines + (["", note] if note else [])))
    parts.append("\n".join(f"- {line}" for line in description(results["machine"], settings)))
    return "\n\n".join(parts) + "\n"


def replaced(page, tables):
    """A page with the tables in the place of those between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def is_text(column, header):
    return column == 0 or header[column] == "its best"
