"""report.py - what was measured, as tables that a person reads."""


def figure(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def with_spread(spread):
    return f"{figure(spread['median'])} ({figure(spread['least'])}–{figure(spread['most'])})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def request_rows(rows):
    for row in rows:
        plugin, floor, ratio = row["plugin"], row["floor"], row["ratio"]
        yield [row["request"], row["connections"], row["way"], figure(floor["p50"]["median"]),
               figure(plugin["p50"]["median"]), with_spread(ratio["p50"]), figure(plugin["p99"]["median"]),
               with_spread(ratio["p99"]), figure(plugin["per_second"]["median"]), with_spread(ratio["per_second"]),
               figure(plugin["cpu"]["median"]), row["lost"]]


def policy_rows(rows):
    for row in rows:
        if "refused" in row:
            yield [row["entries"], "this version refuses them", "", ""]
        else:
            yield [row["entries"], row["count"], with_spread(row["p50"]), with_spread(row["ratio"])]


def markdown(result):
    machine = result["machine"]
    memory, start = result["memory"], result["start"]
    sizes = [[f"{row['bytes']:,}", figure(row["floor"]["p50"]["median"]), with_spread(row["plugin"]["p50"]),
              with_spread(row["plugin"]["p99"]), with_spread(row["ratio"]["p99"])] for row in result["sizes"]["rows"]]
    return "\n\n".join([
        f"{machine['processor']}, {machine['processors']} processors, Linux {machine['kernel']}, load "
        f"{machine['load'][0]}; medians of {result['rounds']} rounds, lowest and highest in brackets. Policy level2, "
        f"decisions to a file, metrics {'on' if result['metrics'] else 'not there'}. Times in microseconds; × is "
        "cis-authz over the floor.",
        table(["request", "connections", "each", "floor p50", "p50", "× p50", "p99", "× p99", "calls/s", "× calls/s",
               "CPU", "lost"], request_rows(result["requests"])),
        table(["instructions a call", "floor", "cis-authz", "difference"],
              [[row["request"], f"{row['floor']:,}", f"{row['plugin']:,}", f"{row['difference']:,}"]
               for row in result["instructions"]]),
        table(["entries in the policy", "count", "create p50", "× none"], policy_rows(result["policies"])),
        table(["body in bytes", "floor p50", "p50", "p99", "× p99"], sizes)
        + f"\n\nSlope: {figure(result['sizes']['micros a KiB'])} µs a KiB.",
        f"Resident memory: {figure(memory['warm'])} MiB warm, {figure(memory['after 4m'])} MiB after bodies of 4 MiB, "
        f"{figure(memory['peak'])} MiB at most. Start to first answer: {with_spread(start)} ms.",
    ])
