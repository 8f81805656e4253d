"""The simulations of dev.discretizer.behaviour once more, in plain Python, number by number
as DESIGN has them: a witness that shares nothing with the Java code.

A layer is a dict: name, input and output (C, H, W), stride and padding (y, x), weight and
float_weight as nested lists [O][C][KH][KW], bias and float_bias (lists or None), threshold,
min_v_mem, float_threshold, float_min_v_mem (None: no bound), sources: list of (index of the
layer or -1 for the input, pool height, pool width), in the natural order of their names.
"""

MASK = 2**64 - 1


def mix64(value):
    """SplitMix64's finalizer, its increment added first."""
    z = (value + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def raster_events(raster):
    """The events (t, c, y, x) of a raster [T][C][H][W], in order."""
    events = []
    for t, step in enumerate(raster):
        keyed = []
        for c, plane in enumerate(step):
            for y, row in enumerate(plane):
                for x, count in enumerate(row):
                    index = ((t * len(step) + c) * len(plane) + y) * len(row) + x
                    keyed += [(mix64(index * 256 + r), (t, c, y, x)) for r in range(count)]
        events += [event for _, event in sorted(keyed, key=lambda pair: pair[0])]
    return events


def reached(layer, y, x):
    """(ky, kx, oy, ox) that an event at y, x reaches, ky before kx."""
    (sy, sx), (py, px) = layer["stride"], layer["padding"]
    _, height, width = layer["output"]
    kernel_height, kernel_width = len(layer["weight"][0][0]), len(layer["weight"][0][0][0])
    for ky in range(kernel_height):
        for kx in range(kernel_width):
            if (y + py - ky) % sy == 0 and (x + px - kx) % sx == 0:
                oy, ox = (y + py - ky) // sy, (x + px - kx) // sx
                if 0 <= oy < height and 0 <= ox < width:
                    yield ky, kx, oy, ox


def pooled(events, layer, pool):
    """Events with coordinates divided by the pool, what falls off dropped."""
    _, height, width = layer["input"]
    for t, c, y, x in events:
        if y // pool[0] < height and x // pool[1] < width:
            yield t, c, y // pool[0], x // pool[1]


def zeros(shape):
    return [[[0] * shape[2] for _ in range(shape[1])] for _ in range(shape[0])]


def event_layer(layer, sources, min_v_mem):
    """Simulates a layer on the events of its sources; what it emits, states, saturated, synops."""
    merged = []
    for number, (events, source) in enumerate(zip(sources, layer["sources"])):
        merged += [(e[0], number, e) for e in pooled(events, layer, source[1:])]
    merged.sort(key=lambda entry: entry[:2])
    state = zeros(layer["output"])
    emitted, saturated, synops = [], 0, 0
    for t, _, (_, c, y, x) in merged:
        for o in range(layer["output"][0]):
            for ky, kx, oy, ox in reached(layer, y, x):
                u = state[o][oy][ox] + layer["weight"][o][c][ky][kx]
                synops += 1
                saturated += u > 32767
                u = min(u, 32767)
                if u >= layer["threshold"]:
                    u -= layer["threshold"]
                    emitted.append((t, o, oy, ox))
                state[o][oy][ox] = max(u, min_v_mem)
    return emitted, state, saturated, synops


def event_network(layers, events, min_v_mem=None):
    """Simulates a network by events, layer by layer."""
    results = []
    for i, layer in enumerate(layers):
        sources = [events if source[0] < 0 else results[source[0]][0] for source in layer["sources"]]
        results.append(event_layer(layer, sources, layer["min_v_mem"] if min_v_mem is None else min_v_mem[i]))
    return results


def step_network(layers, raster, integers):
    """Simulates a network by steps: spikes [T] of {(o, y, x): n} of each layer, states, beyond 16 bits, synops."""
    prefix = "" if integers else "float_"
    states = [zeros(layer["output"]) for layer in layers]
    spikes = [[] for _ in layers]
    beyond, synops = [0] * len(layers), [0] * len(layers)
    for step in raster:
        given = {(c, y, x): n for c, plane in enumerate(step) for y, row in enumerate(plane) for x, n in enumerate(row) if n}
        for i, layer in enumerate(layers):
            total = zeros(layer["output"])
            for source in layer["sources"]:
                events = given if source[0] < 0 else spikes[source[0]][-1]
                for (c, y, x), n in events.items():
                    for _, c, y, x in pooled([(0, c, y, x)], layer, source[1:]):
                        for ky, kx, oy, ox in reached(layer, y, x):
                            for o in range(layer["output"][0]):
                                total[o][oy][ox] += n * layer[prefix + "weight"][o][c][ky][kx]
                                synops[i] += n
            spikes[i].append({})
            threshold, low = layer[prefix + "threshold"], layer[prefix + "min_v_mem"]
            for o in range(layer["output"][0]):
                for y in range(layer["output"][1]):
                    for x in range(layer["output"][2]):
                        bias = layer[prefix + "bias"]
                        v = states[i][o][y][x] + (total[o][y][x] + (bias[o] if bias else 0))
                        beyond[i] += not -32768 <= v <= 32767
                        n = int(v / threshold) if v > 0 else 0
                        if n:
                            spikes[i][-1][o, y, x] = n
                        v -= n * threshold
                        states[i][o][y][x] = v if low is None else max(v, low)
    return spikes, states, beyond, synops


def flat(nested):
    return [v for plane in nested for row in plane for v in row]


def event_counts(layer, emitted):
    counts = zeros(layer["output"])
    for _, o, y, x in emitted:
        counts[o][y][x] += 1
    return flat(counts)


def step_counts(layer, steps):
    counts = zeros(layer["output"])
    for step in steps:
        for (o, y, x), n in step.items():
            counts[o][y][x] += n
    return flat(counts)


def figures(counts, floats):
    """What /simulate says of one layer; both are lists over recordings of lists over neurons."""
    pairs = [(n, f) for a, b in zip(counts, floats) for n, f in zip(a, b)]
    sum_n, sum_f = sum(n for n, _ in pairs), sum(f for _, f in pairs)
    norm = (sum(n * n for n, _ in pairs) * sum(f * f for _, f in pairs)) ** 0.5
    return {
        "spikes": sum_n,
        "rate_ratio": sum_n / sum_f if sum_f else None,
        "divergence": sum(abs(n - f) for n, f in pairs) / sum_f if sum_f else None,
        "cosine": sum(n * f for n, f in pairs) / norm if norm else None,
        "silenced": sum(f >= 3 and n == 0 for n, f in pairs),
        "awakened": sum(f == 0 and n >= 3 for n, f in pairs),
        "overactive": sum(n > 2 * f and n >= f + 10 for n, f in pairs),
    }


def calibrate(layers, recordings, floats):
    """Chooses min_v_mem layer by layer; recordings are lists of events, floats counts by layer and recording."""
    chosen, emitted, table = [], [], []
    for i, layer in enumerate(layers):
        candidates = [(None, layer["min_v_mem"])]
        for k in (1, 1.5, 2, 3, 4, 6, 8, 16):
            bound = max(-32768, round(-k * layer["threshold"]))
            if all(bound != other for _, other in candidates):
                candidates.append((k, bound))
        rows, best = [], None
        for k, bound in candidates:
            runs = [
                event_layer(layer, [r if s[0] < 0 else emitted[s[0]][n] for s in layer["sources"]], bound)[0]
                for n, r in enumerate(recordings)
            ]
            counts = [event_counts(layer, run) for run in runs]
            divergence = sum(abs(a - b) for c, f in zip(counts, floats[i]) for a, b in zip(c, f))
            rows.append([k, bound, divergence, sum(map(len, runs))])
            if best is None or divergence < best[0]:
                best = (divergence, bound, runs)
        chosen.append(best[1])
        emitted.append(best[2])
        table.append(rows)
    return table, chosen
