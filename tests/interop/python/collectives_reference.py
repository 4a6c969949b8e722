"""Figures of `optinc compare` and `optinc schedule` once more, from docs/explanation/collectives.md and the published rules of the tools alone.

python collectives_reference.py FOLDER: FOLDER/jobs.json lists {kind, file, ...}; FOLDER/verdicts.json gets
{figure, product, reference} for every figure that a formula gives.
"""

import json
import re
import sys
from math import ceil, expm1, floor, log1p, log2, sqrt
from pathlib import Path
from random import Random
from statistics import mean, stdev

from network_walks import FatTree, buckets_of, double_binary_tree, resnet50, tree_height, vgg

folder = Path(sys.argv[1])
verdicts = []


def say(figure, product, reference):
    verdicts.append({"figure": figure, "product": product, "reference": reference})


def astra_message(network, size):
    """Seconds of one message by the analytical network without congestion: hops x latency + size / bandwidth.

    Its rules: a GB is 2^30 B, latencies are ns, and a message through a Switch passes two links (to it and from it).
    """
    value = lambda key: float(re.search(key + r":\s*\[\s*([\d.e+-]+)", network).group(1))
    hops = {"Switch": 2, "FullyConnected": 1}[re.search(r"topology:\s*\[\s*(\w+)", network).group(1)]
    return (hops * value("latency") + size / (value("bandwidth") * 2**30 / 1e9)) * 1e-9


def astra(job):
    network = (folder / job["file"]).read_text()
    p, n = job["workers"], job["bytes"]
    say(f"ASTRA-sim message of {p}", astra_message(network, n), job["latency"] + 8 * n / job["rate"])
    steps = 2 * (p - 1)
    say(f"ASTRA-sim ring of {p}", steps * astra_message(network, n / p), job["ringS"])


def wrht_levels(p, w):
    """Steps of docs/explanation/collectives.md with `finish all-to-all`, and the buffers that a worker adds; k representatives need ceil(k^2 / 8), odd ones (k^2 - 1) / 8."""
    m, members, steps, added = 2 * w + 1, p, 0, 0
    while members > 1:
        need = (members**2 - 1) // 8 if members % 2 else ceil(members**2 / 8)
        if members <= m and need <= w:
            return steps + 1, added + members - 1
        steps, added, members = steps + 2, added + min(m, members) - 1, ceil(members / m)
    return steps, added


def wrht(job):
    say(f"WRHT steps of {job['workers']} on {job['wavelengths']}", job["steps"], wrht_levels(job["workers"], job["wavelengths"])[0])


def divisor(p, most):
    """The largest group of at most `most` that divides p."""
    return max(g for g in range(1, min(p, most) + 1) if p % g == 0)


def height(p, radix):
    levels = 0
    while p > 1:
        p, levels = ceil(p / radix), levels + 1
    return levels


def nccl(kind, c, p, n):
    """NCCL's tuner as docs/explanation/collectives.md has it; n bits."""
    table = {  # base, NVLink hop, network hop in us; share on one machine, on several
        ("ring", "ll"): (6.6, 0.6, 2.7, 0.5, 0.5),
        ("ring", "ll128"): (14, 1.9, 4, 0.92, 0.92),
        ("ring", "simple"): (8.4, 3.4, 14, 1, 1),
        ("tree", "ll"): (6.8, 0.6, 5, 0.92 / 3.8, 0.92 / 3.8),
        ("tree", "ll128"): (14, 1.25, 8.5, 0.92 * 7 / 9, 0.92 * 120 / 128),
        ("tree", "simple"): (8.4, 4, 14, 0.92, 0.92),
    }
    g = divisor(p, c["group"])
    m = p // g
    bus = c["group_rate"] if m == 1 else c["rate"] if g == 1 else min(c["group_rate"], g * c["rate"])
    best = float("inf")
    for proto in ("ll", "ll128", "simple"):
        base, near, far, one, several = table[kind, proto]
        data = bus * (one if m == 1 else several)
        if kind == "ring":
            post = 0 if m == 1 else 3 if proto == "simple" else 1
            hop = table["tree", proto][2] if g == 1 else far
            latency = base + (2 * (p - 1) - 2 * (m - 1)) * max(near, post) + 2 * (m - 1) * hop
            if proto == "simple" and m > 1 and n / 8 / p >= 64:
                latency *= 1.4
            seconds = n / (data * p / (2 * (p - 1)))
        else:
            latency = base + 2 * ((g - 1) * near + floor(log2(m)) * far)
            seconds = n / (data / 2)
        best = min(best, latency * 1e-6 + seconds)
    return best


def closed(name, c, p, elements):
    """Closed formulas of docs/explanation/collectives.md, section by section; None where the page has none."""
    n = elements * c["bits"]
    a, b, add, hop = c["latency"], 1 / c["rate"], 1 / c["reduction"], c["hop"]
    k = floor(log2(p))
    q = 2**k
    share = (q - 1) / q
    if name == "ring":
        chunk = ceil(elements / p) * c["bits"]
        return 2 * (p - 1) * (a + chunk * b) + (p - 1) * chunk * add
    if name == "recursive-doubling":
        return k * (a + n * b + n * add) if q == p else (k + 2) * (a + n * b) + (k + 1) * n * add
    if name == "halving-doubling":
        if q == p:
            return 2 * k * a + 2 * n * share * b + n * share * add
        return (2 * k + 2) * a + (2 * share + 2) * n * b + n * (1 + share) * add
    if name == "binomial":
        return 2 * ceil(log2(p)) * (a + n * b) + ceil(log2(p)) * n * add
    if name in ("hierarchical-ring", "torus"):
        g = divisor(p, c["group"]) if name == "hierarchical-ring" else divisor(p, floor(p**0.5))
        near = 1 / c["group_rate"] if name == "hierarchical-ring" else b
        time = 2 * (g - 1) * a + 2 * n * (g - 1) / g * near + 2 * (p / g - 1) * a + 2 * (n / g) * (1 - g / p) * b
        return time + n * (g - 1) / g * add + (n / g) * (1 - g / p) * add
    if name == "tree":
        return a + (2 * height(p, 32) - 1) * hop + n * b
    if name == "sharp":
        return a + (2 * height(p, 20) - 1) * hop + n * b / 0.95
    if name == "switchml":
        words = 32 * elements
        return a + hop + words / (32 * 256) * max((32 * 256 + 76 * 8) * b, 10e-6 / 256)
    if name == "nvls":
        return 25e-6 + n * (1 + 1 / p) / (3.6e12 * 0.69)
    if name == "optinc":
        return a + n * b + 10e-9
    if name == "optinc-framed":
        return with_frames(dict(c, unit=16, word_errors=1e-12), p, elements, c["bits"])
    if name.startswith("hierarchical-") and name != "hierarchical-ring":
        outside = 32 if name.endswith("switchml") else c["bits"]
        return behind_links(name[13:], dict(c, unit=16), p, elements, outside, c["bits"], c["bits"])
    if name == "optinc-cascade":
        return a + n * b + (2 * height(p, 16) - 1) * 10e-9
    if name == "h-ring":
        g = divisor(p, c["group"])
        r = p // g
        back = 1 if r > 1 else 0
        steps = 2 * (g - 1) + 2 * (r - 1) + back
        data = 2 * (g - 1) / g + 2 * (r - 1) / r + back
        return steps * (a + 25e-6) + data * n / 25e9 + ((g - 1) / g + (r - 1) / r) * n * add
    if name == "optical-ring":
        return 2 * (p - 1) * (a + 25e-6 + n / (p * 25e9)) + n * (p - 1) / p * add
    if name == "sip-ring":
        return 2 * (p - 1) * (a + n / (p * 4 * 25e9)) + 25e-6 + n * (p - 1) / p * add
    if name == "oddl-ring":
        return closed("ring", c, p, elements) + 12e-6
    if name == "oddl":
        return closed("halving-doubling", c, p, elements) + (2 * k - 1 + (0 if q == p else 2)) * 12e-6
    if name == "wrht":
        steps, added = wrht_levels(p, 64)
        return steps * (a + 25e-6 + n / 25e9) + added * n * add
    if name in ("nccl-ring", "nccl-tree"):
        return nccl(name[5:], c, p, n)
    return None


def exponents(c, p, elements):
    """Of blocks of 256 elements, 8 bits each, by the fastest of three all-reduces."""
    ways = ("recursive-doubling", "halving-doubling", "ring")
    return min(closed(name, dict(c, bits=8), p, ceil(elements / 256)) for name in ways)


def words(unit, c, p, elements, passes):
    """A unit's words after the exponents of their blocks, with copies that fill the port."""
    copies = ceil(c["rate"] / (unit["symbolRateBd"] * unit["bits"]))
    each = max(unit["bits"] / c["rate"], 1 / (copies * unit["symbolRateBd"]))
    return exponents(c, p, elements) + c["latency"] + elements * each + passes * unit["latencyS"]


def photonic(job):
    found = json.loads((folder / job["file"]).read_text())
    unit, c = found["unit"], job["cluster"]
    for row in found["rows"]:
        if row["outcome"]["kind"] == "refused":
            continue
        p, elements, outcome = row["workers"], row["gradient"]["elements"], row["outcome"]
        levels = height(p, unit["workers"])
        units = sum(ceil(p / unit["workers"] ** level) for level in range(1, levels + 1))
        name = f"{row['algorithm']} of {unit['circuit']} on {p}"
        say(name, outcome["timing"]["totalS"], words(unit, c, p, elements, 2 * levels - 1))
        copies = ceil(c["rate"] / (unit["symbolRateBd"] * unit["bits"]))
        say(f"MZIs of {name}", outcome["unit"]["mzis"], units * copies * unit["mzis"])
        exchange = exponents(c, p, elements)
        say(f"exponents of {name}", outcome["unit"]["exchangeS"], exchange)
        after = (units * copies * unit["watts"] + p * 50e-12 * c["rate"]) * (outcome["timing"]["totalS"] - exchange)
        before = power("ring", c, p, None) * exchange
        say(f"energy of {name}", outcome["energy"]["totalJ"], before + after)
        say(f"word errors of {name}", outcome["unit"]["wordErrorRate"], 1 - (1 - unit["wordErrorRate"]) ** units)
        say(f"latency of {name}", unit["latencyS"], job["latencyS"])


def llama_layers(s):
    """Llama 2 7B as docs/explanation/collectives.md has it, for s tokens: (parameters, multiply-accumulates, elements read and written)."""
    h, f, k, v = 4096, 11008, 4096, 32000
    matrices = 2 * h * h + 2 * h * k + 3 * h * f
    block = (matrices + 2 * h, s * matrices + s * s * h, s * (6 * h + 2 * k + 3 * f))
    return [(v * h, 0, s * h)] + 32 * [block] + [(h + v * h, s * v * h, s * (h + v))]


def pipelined(c, p, n):
    """Chunks of each half of a double binary tree, where the cluster names none."""
    return min(4096, max(1, round(sqrt((2 * tree_height(p) - 1) * n * (2 / c["rate"] + 1 / c["reduction"]) / c["latency"]))))


def trees(job):
    """Double binary trees: all of their time with chunks of one size, and the number of chunks that is best."""
    c, chunks = job["cluster"], job["chunks"]
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        p, elements, timing = row["workers"], row["gradient"]["elements"], row["outcome"]["timing"]
        used = chunks or pipelined(c, p, elements * c["bits"])
        say(f"steps of double trees of {p}, chunks {chunks}", timing["steps"], used + 2 * tree_height(p) - 1)
        if chunks:
            say(f"double trees of {p} in {chunks}", timing["totalS"], double_binary_tree(p, elements, c["bits"], chunks, c))


def fat_trees(job):
    """Means over seeds, each of which throws the dice of spines and places anew."""
    c, network = job["cluster"], dict(job["network"])
    first, seeds = network.pop("seed"), network.pop("seeds")
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        p, elements, name = row["workers"], row["gradient"]["elements"], row["algorithm"]
        thrown = []
        for seed in range(first, first + seeds):
            on = FatTree(p, seed=seed, **network)
            walk = on.ring if name == "fat-tree" else on.halving_doubling
            thrown.append(walk(elements, c["bits"], c))
        case = f"{name} on {p}, {job['network']}"
        say(case, row["outcome"]["timing"]["totalS"], mean(thrown))
        spread = row["outcome"]["spread"]
        if spread is not None:
            say(f"deviation of {case}", spread["deviationS"], stdev(thrown))
            say(f"most of {case}", spread["mostS"], max(thrown))
            say(f"least of {case}", spread["leastS"], min(thrown))


def sharded_end(buckets, forward, gather, scatter):
    """When the last gradients are scattered, by the order of transfers that the page gives."""
    backward = [ready - before for (_, ready), before in zip(buckets, [0.0, *(ready for _, ready in buckets)])]
    network, computed = 0.0, 0.0
    for (elements, _), seconds in zip(reversed(buckets), reversed(backward)):
        network += gather(elements)
        computed = max(computed, network) + seconds / 2
    pending = None
    for (elements, _), seconds in zip(buckets, backward):
        network += gather(elements)
        before, computed = computed, max(computed, network) + seconds
        if pending is not None:
            network = max(network, before) + scatter(pending)
        pending = elements
    return max(network, computed) + scatter(pending)


def iteration(job):
    found = json.loads((folder / job["file"]).read_text())
    c, batch, most = job["cluster"], job["batch"], 25 * 2**20 * 8 / 16
    shapes = {
        "llama2-7b": lambda: llama_layers(2048),
        "resnet50": lambda: resnet50(False),
        "resnet50-cifar100": lambda: resnet50(True),
        "vgg16": lambda: vgg((2, 2, 3, 3, 3)),
        "vgg19": lambda: vgg((2, 2, 4, 4, 4)),
    }
    for block in found["blocks"]:
        one_model(found, block, c, batch, most, shapes[block["model"]]())


def one_model(found, block, c, batch, most, layers):
    forward = [max(2 * m * batch / (989e12 * 0.4), 16 * (p + batch * a) / 26.8e12) for p, m, a in layers]
    buckets = buckets_of(layers, [2 * seconds for seconds in forward], most)
    p, model, total = block["workers"], block["model"], sum(parameters for parameters, _, _ in layers)
    say(f"parameters of {model}", block["parameters"], total)
    say(f"forward pass of {model} on {p}", block["forwardS"], sum(forward))
    say(f"buckets of {model} on {p}", block["buckets"], len(buckets))
    for row in block["rows"]:
        name, outcome = row["algorithm"], row["outcome"]
        if outcome["kind"] == "refused":
            continue
        if found["sharding"] == "data":
            say(f"iteration of {model} with {name} on {p}", outcome["plainS"], 3 * sum(forward) + closed(name, c, p, total))
            end = 0.0
            for elements, ready in buckets:
                end = max(end, ready) + closed(name, c, p, elements)
            say(f"overlapped {model} with {name} on {p}", outcome["overlappedS"], sum(forward) + max(2 * sum(forward), end))
        else:
            half = lambda n: (p - 1) * (c["latency"] + 16 * ceil(n / p) / c["rate"])
            add = lambda n: 16 * ceil(n / p) * (p - 1) / c["reduction"]
            scatter = (lambda n: half(n) + add(n)) if name == "ring" else (lambda n: closed(name, c, p, n))
            every = sum(2 * half(n) + scatter(n) for n, _ in buckets)
            say(f"sharded {model} with {name} on {p}", outcome["plainS"], 3 * sum(forward) + every)
            say(f"overlapped sharded {model} with {name} on {p}", outcome["overlappedS"], sharded_end(buckets, forward, half, scatter))


def power(name, c, p, wavelengths):
    """Watts of the devices that docs/explanation/collectives.md names: adapters 50, transceivers 22.5, ports of switches 9.8 pJ/bit of their rate."""
    adapters, transceivers, ports, rate = p, 2 * p, p, c["rate"]
    if name in ("oddl", "oddl-ring"):
        transceivers, ports = p, 0
    elif name in ("wrht", "h-ring", "optical-ring", "sip-ring"):
        transceivers, ports, rate = p, 0, wavelengths * 25e9
    elif name.startswith("fat-tree"):
        # Leaves of 32 workers, or of all, with as many uplinks: oversubscription 1.
        links = ceil(p / 32) * min(p, 32)
        transceivers, ports = 2 * (p + links), p + 2 * links
    elif name in ("tree", "sharp"):
        radix, switches, nodes = (32 if name == "tree" else 20), 0, p
        while nodes > 1:
            nodes = ceil(nodes / radix)
            switches += nodes
        transceivers, ports = 2 * (p + switches - 1), p + 2 * (switches - 1)
    elif name not in ("ring", "recursive-doubling", "halving-doubling", "double-binary-tree", "torus", "binomial", "switchml"):
        return None
    return (50 * adapters + 22.5 * transceivers + 9.8 * ports) * 1e-12 * rate


def in_network(name, c, p, elements, bits):
    """Switches and units that add, on words of so many bits, without exponents."""
    a, b, hop, n = c["latency"], 1 / c["rate"], c["hop"], elements * bits
    if name == "tree":
        return a + (2 * height(p, 32) - 1) * hop + n * b
    if name == "sharp":
        return a + (2 * height(p, 20) - 1) * hop + n * b / 0.95
    if name == "switchml":
        return a + hop + elements / 256 * max((bits * 256 + 76 * 8) * b, 10e-6 / 256)
    return a + n * b + (2 * height(p, c["unit"]) - 1) * 10e-9


def behind_links(name, c, p, elements, outside, word, total):
    """Groups that add over their own links: `total` bits for sums, `word` for what is returned; then `name` on a share of the elements."""
    g = divisor(p, c["group"])
    near, add = 1 / c["group_rate"], 1 / c["reduction"]
    inside = 2 * (g - 1) * c["latency"] + elements * (g - 1) / g * (total * (near + add) + word * near)
    return inside + in_network(name, c, p // g, elements // g, outside)


def with_frames(c, p, elements, bits):
    """Frames of 65536 words and one of checksum, preambles of 64 symbols at 25 GBd, guards of 20 ns, a code of 5.84 %; workers late by 1 us."""
    levels = height(p, c["unit"])
    units = sum(ceil(p / c["unit"] ** level) for level in range(1, levels + 1))
    wrong = -expm1(units * 65537 * log1p(-c["word_errors"]))
    frames = ceil(elements / 65536)
    each = 1.0584 * 65537 * bits / c["rate"] + 64 / 25e9 + 20e-9
    # The largest of `frames` geometric numbers of tries: those beyond k happen unless all ended by then.
    passes = sum(1 - (1 - wrong**k) ** frames for k in range(200))
    late = 1e-6 * sum(1 / i for i in range(1, p + 1))
    return late + passes * (c["latency"] + (2 * levels - 1) * 10e-9) + frames * each / (1 - wrong)


def on_words(name, c, p, elements):
    """--words equal: words of 8 bits after their exponents, sums of workers in 8 + ceil(lg p) bits."""
    word, total = 8, 8 + ceil(log2(p))
    s, w = elements * total, elements * word
    a, b, add = c["latency"], 1 / c["rate"], 1 / c["reduction"]
    k = floor(log2(p))
    q = 2**k
    share = (q - 1) / q
    both = s * (b + add) + w * b
    if name == "ring":
        time = 2 * (p - 1) * a + (p - 1) / p * both
    elif name == "recursive-doubling":
        time = k * (a + s * (b + add)) if q == p else (k + 2) * a + (k + 1) * s * (b + add) + w * b
    elif name == "halving-doubling":
        time = 2 * k * a + share * both if q == p else (2 * k + 2) * a + (1 + share) * both
    elif name == "hierarchical-ring":
        g = divisor(p, c["group"])
        near = 1 / c["group_rate"]
        inside = 2 * (g - 1) * a + (g - 1) / g * (s * (near + add) + w * near)
        time = inside + 2 * (p / g - 1) * a + (1 - g / p) / g * both
    elif name in ("nccl-ring", "nccl-tree"):
        time = nccl(name[5:], c, p, s)
    elif name.startswith("hierarchical-"):
        time = behind_links(name[13:], c, p, elements, word, word, total)
    elif name == "optinc-framed":
        time = with_frames(c, p, elements, word)
    else:
        time = in_network(name, c, p, elements, word)
    return time + exponents(c, p, elements)


def equal(job):
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        p, elements, outcome = row["workers"], row["gradient"]["elements"], row["outcome"]
        if outcome["kind"] == "timed":
            reference = on_words(row["algorithm"], job["cluster"], p, elements)
            say(f"equal words: {row['algorithm']} on {p}", outcome["timing"]["totalS"], reference)
            say(f"equal words: exponents of {row['algorithm']} on {p}", outcome["timing"]["exponentsS"], exponents(job["cluster"], p, elements))


def tries(dice, fails):
    """Sends of one packet until it arrives."""
    count = 1
    while dice.random() < fails:
        count += 1
    return count


def ring_round(dice, late, c, elements, drop, resend):
    """A ring by its messages: a chunk leaves when it is there, each of its packets of 4 KiB is sent until it arrives."""
    p, size = len(late), elements // len(late) * c["bits"]
    have = list(late)
    for step in range(2 * (p - 1)):
        sent = [t + size / c["rate"] for t in have]
        there = [t + c["latency"] + resend * (max(tries(dice, drop) for _ in range(ceil(size / 32768))) - 1) for t in sent]
        add = size / c["reduction"] if step < p - 1 else 0
        have = [max(sent[i], max(there[i - 1], have[i]) + add) for i in range(p)]
    return max(have)


def slots_round(dice, late, c, elements, drop, resend):
    """SwitchML: the packets of a slot follow each other, and each waits for all workers, up and down."""
    packets, slots, p = ceil(elements / 256), 256, len(late)
    lost = [0] * slots
    for packet in range(packets):
        for _ in ("up", "down"):
            lost[packet % slots] += max(tries(dice, drop) for _ in range(p)) - 1
    return max(late) + in_network("switchml", c, p, elements, 32) + resend * max(lost)


def frames_round(dice, late, c, elements, errors):
    """Every wrong frame is sent again, in as many passes as it takes."""
    count, now = ceil(elements / 65536), max(late)
    each = 1.0584 * 65537 * c["bits"] / c["rate"] + 64 / 25e9 + 20e-9
    wrong = 1 - (1 - errors) ** 65537
    while count:
        now += count * each + c["latency"] + 10e-9
        count = sum(dice.random() < wrong for _ in range(count))
    return now


def rounds(job):
    """p50, p99 and mean of rounds that are drawn here once more, one packet at a time."""
    c, dice, at_once = job["cluster"], Random(20_263), 2000
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        p, elements, drop, skew = row["workers"], row["gradient"]["elements"], row["drop"], row["skewS"]
        times = []
        for _ in range(at_once):
            late = [dice.expovariate(1 / skew) if skew else 0.0 for _ in range(p)]
            # A timer from the first worker; those that come later are gone without.
            limit = min(late) + job["timeout"]
            if max(late) > limit:
                late = [limit] * p
            if row["algorithm"] == "ring":
                times.append(ring_round(dice, late, c, elements, drop, job["resend"]))
            elif row["algorithm"] == "switchml":
                times.append(slots_round(dice, late, c, elements, drop, job["resend"]))
            else:
                times.append(frames_round(dice, late, c, elements, job["errors"]))
        times.sort()
        name = f"rounds of {row['algorithm']}, skew {skew}, drop {drop}"
        say(f"{name}: mean", row["outcome"]["meanS"], mean(times))
        if drop and not skew:
            # All times are whole numbers of `resend` apart: a quantile jumps, and the mean decides.
            continue
        say(f"{name}: p50", row["outcome"]["p50S"], times[at_once // 2 - 1])
        say(f"{name}: p99", row["outcome"]["p99S"], times[at_once * 99 // 100 - 1])


def compare(job):
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        if row["outcome"]["kind"] == "refused":
            continue
        p, elements = row["workers"], row["gradient"]["elements"]
        reference = closed(row["algorithm"], job["cluster"], p, elements)
        if reference is not None:
            say(f"{row['algorithm']} on {p}: {elements}", row["outcome"]["timing"]["totalS"], reference)
        outcome, name = row["outcome"], f"{row['algorithm']} on {p}"
        n, time = elements * job["cluster"]["bits"], outcome["timing"]["totalS"]
        say(f"bus bandwidth of {name}", outcome["busBandwidth"], n / 8 / time * 2 * (p - 1) / p)
        # Buffers that a worker sends, where each sends the same.
        volumes = {"ring": 2 * (p - 1) / p, "tree": 1, "sharp": 1, "optinc": 1, "optinc-cascade": 1, "switchml": 2, "optical-ring": 2 * (p - 1) / p}
        if row["algorithm"] in volumes:
            say(f"volume of {name}", outcome["volume"], volumes[row["algorithm"]])
        if row["algorithm"] in ("optical-ring", "sip-ring"):
            say(f"loss of {name}", outcome["loss"]["db"], 2 * job["coupling_db"] + job["passing_db"])
        watts = power(row["algorithm"], job["cluster"], p, outcome["wavelengths"])
        if watts is not None:
            say(f"energy of {name}", outcome["energy"]["totalJ"], watts * time)


def halves(job):
    """A reduce-scatter or an all-gather alone."""
    c, adds = job["cluster"], job["collective"] == "reduce-scatter"
    for row in json.loads((folder / job["file"]).read_text())["rows"]:
        p, outcome = row["workers"], row["outcome"]
        if outcome["kind"] == "refused":
            continue
        n = row["gradient"]["elements"] * c["bits"]
        steps = {"ring": p - 1, "halving-doubling": log2(p)}[row["algorithm"]]
        reference = steps * c["latency"] + n * (p - 1) / p * (1 / c["rate"] + adds / c["reduction"])
        say(f"{job['collective']} of {row['algorithm']} on {p}", outcome["timing"]["totalS"], reference)
        say(f"its bus bandwidth on {p}", outcome["busBandwidth"], n / 8 / reference * (p - 1) / p)


def service(job):
    """Jobs on the units of a switch, second by second: the rules as docs/explanation/collectives.md has them."""
    courses, repair, count = job["courses"], job["repairS"], len(job["arrivals"])
    ends, waits, until, began = [None] * count, [0] * count, [None] * count, [0] * count
    rounds, left = [it["rounds"] for it in courses], [it["holdS"] for it in courses]
    doing, line = ["away"] * count, []
    # Of each unit the job that it served last, the one that has it, and the seconds at which it fails and comes back.
    owner, holder = [None] * job["units"], [None] * job["units"]
    changes = [[a, a + repair, a + repair + b, a + 2 * repair + b] for a, b in job["lifetimes"]]
    now = programmed = interrupted = held = 0

    def give():
        nonlocal programmed
        while line:
            it = line[0]
            free = sorted((unit for unit, its in enumerate(holder) if its is None), key=lambda unit: owner[unit] != it)
            taken = free[: courses[it]["units"]]
            if len(taken) < courses[it]["units"]:
                return
            heats = any(owner[unit] != it for unit in taken)
            programmed += heats
            for unit in taken:
                owner[unit] = holder[unit] = it
            doing[it], began[it] = "holds", now + heats * job["heaterS"]
            until[it] = began[it] + left[it]
            line.pop(0)

    def let_go(it):
        for unit, its in enumerate(holder):
            if its == it:
                holder[unit] = None

    while None in ends:
        held += sum(its not in (None, "repair") for its in holder)
        for it in range(count):
            waits[it] += doing[it] == "waits"
        for it in range(count):
            if until[it] != now:
                continue
            if doing[it] == "own":
                doing[it] = "waits"
                line.append(it)
            elif doing[it] == "holds":
                let_go(it)
                rounds[it], left[it] = rounds[it] - 1, courses[it]["holdS"]
                doing[it], until[it] = ("own", now + courses[it]["ownS"]) if rounds[it] else ("gone", None)
                if rounds[it] == 0:
                    ends[it] = now
            give()
        for unit, times in enumerate(changes):
            if now not in times:
                continue
            it = holder[unit]
            holder[unit], owner[unit] = "repair" if times.index(now) % 2 == 0 else None, None
            if it not in (None, "repair"):
                interrupted += 1
                let_go(it)
                left[it] -= max(0, now - began[it]) // courses[it]["pieceS"] * courses[it]["pieceS"]
                doing[it], until[it] = "waits", None
                line.append(it)
            give()
        for it in range(count):
            if job["arrivals"][it] == now:
                doing[it], until[it] = "own", now + courses[it]["ownS"]
        now += 1
    found, case = job["found"], f"case {job['seed']}"
    for it in range(count):
        say(f"served end of job {it}, {case}", found["endS"][it], ends[it])
    say(f"served waited, {case}", sum(found["waitedS"]), sum(waits))
    say(f"served held, {case}", found["heldS"], held)
    say(f"served programmed, {case}", found["programmed"], programmed)
    say(f"served interrupted, {case}", found["interrupted"], interrupted)


KINDS = {"service": service, "astra": astra, "wrht": wrht, "compare": compare, "photonic": photonic, "iteration": iteration, "halves": halves, "trees": trees, "fat-trees": fat_trees, "equal": equal, "rounds": rounds}
for job in json.loads((folder / "jobs.json").read_text()):
    KINDS[job["kind"]](job)
(folder / "verdicts.json").write_text(json.dumps(verdicts))
