"""What `npm run reproduce -- collectives` prints, once more, and execution traces, from docs/explanation/collectives.md, the inputs that are printed and Chakra's schema alone.

python published_reference.py FOLDER: FOLDER/jobs.json lists {kind, ...}; FOLDER/verdicts.json gets {figure, product, reference}.
"""

import json
import re
import sys
from math import ceil, log2
from pathlib import Path

from network_walks import FatTree, buckets_of, resnet50

folder = Path(sys.argv[1])
verdicts = []


def say(figure, product, reference):
    verdicts.append({"figure": figure, "product": product, "reference": reference})


def figures(text):
    """Quantity to (what is printed as computed, as a number, its last digit, the lines below)."""
    found = {}
    for paragraph in text.split("\n\n"):
        head, _, rest = paragraph.partition("\n")
        match = re.search(r"computed (-?[\d.]+)", rest)
        if match:
            digits = len(match.group(1).partition(".")[2])
            found[re.sub(r"^.*?\): ", "", head)] = (float(match.group(1)), digits, rest)
    return found


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def wrht_steps(p, w):
    """With `finish tree`: two steps a level of groups of 2 w + 1; of each level the middle one adds what its group sends."""
    steps, added = 0, 0
    while p > 1:
        steps, added, p = steps + 2, added + min(2 * w + 1, p) - 1, ceil(p / (2 * w + 1))
    return steps, added


def wrht_saved(other, own):
    """1 - own / other, mean over the numbers of nodes and the models of the paper, in percent."""
    nodes, models = (1024, 2048, 3072, 4096), (62.3e6, 138e6, 25e6, 6.8e6)
    return 100 * mean(1 - own(p, 32 * n) / other(p, 32 * n) for p in nodes for n in models)


def published(job):
    found = figures((folder / job["file"]).read_text())

    def check(part, reference):
        [name] = [it for it in found if part in it]
        ours, digits, _ = found[name]
        # Printed figures are rounded: compared in units of their last digit.
        say(name, ours, round(reference, digits))

    for p in (4, 8, 16):
        check(f"over OptINC's, {p} workers", 2 * (p - 1) / p)
    for model, share in (("ResNet50 on CIFAR-100", 0.76), ("LLaMA-like model", 0.51)):
        check(f"shorter training iteration than with the ring, 4 workers, {model}", 100 * share * (4 - 2) / (2 * (4 - 1)))
    check("share of the words' time that the exponents", 100 * 2 * 3 / 4 * 8 / (256 * 8))
    check("communication time left of the ring's", 100 * 4 / (2 * (4 - 1)))
    check("all-reduce of 8 bytes on 128 hosts", 1e6 * (2e-6 + (2 * 2 - 1) * 300e-9 + 64 / (100e9 * 0.95)))

    # On waveguides: 25 us before a step, 320 Gb/s a wavelength, no other latency; additions are left out of the paper's steps.
    setup, rate = 25e-6, 320e9
    own = lambda p, bits: wrht_steps(p, 64)[0] * (setup + bits / rate)
    ring = lambda p, bits: 2 * (p - 1) * (setup + bits / (p * rate))
    binary = lambda p, bits: 2 * ceil(log2(p)) * (setup + bits / rate)

    def h_ring(p, bits, g=4):
        r = p // g
        return (2 * (g - 1) + 2 * (r - 1) + 1) * setup + (2 * (g - 1) / g + 2 * (r - 1) / r + 1) * bits / rate

    saved = {
        "less time than a binary tree on the optical ring": binary,
        "less time than a ring on one wavelength": ring,
        "less time than H-Ring": h_ring,
    }
    values = {name: wrht_saved(other, own) for name, other in saved.items()}
    for name, value in values.items():
        check(name, value)

    # ODDL's test bed: halving-doubling of 4 workers, four steps, three of whose set-ups change circuits.
    n, a, b, add = 32 * 143_667_240, 2e-6, 1 / 100e9, 1 / 4e12
    switched = 4 * a + 2 * n * 3 / 4 * b + n * 3 / 4 * add
    check("test bed of 4 nodes", (switched + 3 * 12e-6) / switched)

    # ODDL against SiP-Ring's ring with a set-up before every step, 1024 workers, communication alone.
    p = 1024
    oddl = 20 * a + 2 * n * (p - 1) / p * b + n * (p - 1) / p * add + 19 * 12e-6
    sip = 2 * (p - 1) * (a + 25e-6 + n / (p * 4 * 25e9)) + n * (p - 1) / p * add
    [lines] = [rest for name, (_, _, rest) in found.items() if "faster training than on SiP-Ring" in name]
    alone = float(re.search(r"communication alone is ([\d.]+)", lines).group(1))
    say("communication of SiP-Ring over that of ODDL", alone, round(sip / oddl, 2))

    # ODDL against the ring of a scattered job on a fat tree: racks of 32, as many uplinks, 16 seeds.
    network = {"p": p, "rack": 32, "scattered": True}
    ports = {"latency": a, "hop": 300e-9, "rate": 1 / b, "reduction": 1 / add}
    on_tree = lambda seeds, **more: mean(FatTree(seed=seed, **network, **more).ring(n // 32, 32, ports) for seed in seeds)
    compute = 6 * 19.6e9 * 32 / 36e12
    check("faster training than on a fat-tree", (compute + on_tree(range(1, 17))) / (compute + oddl))
    [lines] = [rest for name, (_, _, rest) in found.items() if "faster training than on a fat-tree" in name]
    for words, more in (("with 16 channels", {"channels": 16}), ("with adaptive routing", {"adaptive": True})):
        ours = float(re.search(words + r" ([\d.]+)", lines).group(1))
        seeds = range(1, 17)
        say(f"fat tree {words}", ours, round((compute + on_tree(seeds, **more)) / (compute + oddl), 2))

    # Iterations from layers: 60 TFLOP/s x 0.6, 8 x 800 Gb/s, 32 samples (of 256 tokens), fp32, 3.35 TB/s, buckets of 25 MiB.
    h, f, k, words, s = 384, 1024, 384, 32_000, 256
    matrices = 2 * h * h + 2 * h * k + 3 * h * f
    block = (matrices + 2 * h, s * matrices + s * s * h, s * (6 * h + 2 * k + 3 * f))
    llama = [(words * h, 0, s * h)] + 8 * [block] + [(h, s * h * words, s * (h + words))]
    for model, layers, share in (("LLaMA-like model", llama, 0.51), ("ResNet50 on CIFAR-100", resnet50(True), 0.76)):
        forward = [max(2 * m * 32 / 36e12, 32 * (w + 32 * e) / 26.8e12) for w, m, e in layers]
        compute = 3 * sum(forward)
        ring, optinc = (lambda n: 32 * n * 2 * 3 / 4 / 6.4e12), (lambda n: 32 * n / 6.4e12)
        total = sum(w for w, _, _ in layers)
        check(f"without overlap, compute from layers, {model}", 100 * (ring(total) - optinc(total)) / (compute + ring(total)))
        ends = []
        for time in (ring, optinc):
            end = 0.0
            for elements, ready in buckets_of(layers, [2 * seconds for seconds in forward], 25 * 2**20 / 4):
                end = max(end, sum(forward) + ready) + time(elements)
            ends.append(max(end, compute))
        check(f"with overlap, compute from layers, {model}", 100 * (1 - ends[1] / ends[0]))
        [lines] = [rest for name, (_, _, rest) in found.items() if "without overlap" in name and model in name]
        samples = re.search(r"compute of ([\d.]+) samples", lines).group(1)
        one = 6 * sum(m for _, m, _ in layers) / 36e12
        wanted = ring(total) * (1 - share) / share / one
        say(f"samples a worker that f = {share} asks for", float(samples), round(wanted, len(samples.partition(".")[2])))


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of a message of Protocol Buffers whose wire types are 0 and 2."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        value, at = varint(data, at)
        if key & 7 == 2:
            value, at = data[at : at + value], at + value
        yield key >> 3, value


def packed(data):
    at = 0
    while at < len(data):
        value, at = varint(data, at)
        yield value


def nodes(data):
    """Nodes of a trace after its GlobalMetadata: id 1, name 2, type 3, data_deps 5, attr 10 of {name 1, value in a oneof}."""
    at, first = 0, True
    while at < len(data):
        size, at = varint(data, at)
        message, at = data[at : at + size], at + size
        if first:
            assert dict(fields(message))[1] == b"0.0.4"
            first = False
            continue
        node = {"id": 0, "deps": []}
        for number, value in fields(message):
            if number in (1, 3):
                node["id" if number == 1 else "type"] = value
            elif number == 5:
                node["deps"] = list(packed(value))
            elif number == 10:
                (_, name), (_, content) = fields(value)
                node[name.decode()] = content if isinstance(content, int) else content.decode()
        yield node


COMPUTE, SEND, RECEIVE = 4, 5, 6


def traces(job):
    """Runs the traces by rendezvous: a transfer happens when its send and its receive are both ready."""
    name, p = job["algorithm"], job["workers"]
    files = sorted((folder / job["folder"]).glob("*.et"), key=lambda it: int(it.suffixes[-2][1:]))
    ranks = [list(nodes(it.read_bytes())) for it in files]
    say(f"ranks of {name} on {p}", len(ranks), job["ranks"])
    done = [set() for _ in ranks]
    waiting, levels = True, 0
    while waiting:
        ready = [[it for it in rank if it["id"] not in over and over.issuperset(it["deps"])] for rank, over in zip(ranks, done)]
        key = lambda it: (it["comm_src"], it["comm_dst"], it["comm_tag"])
        sends = {key(it): it for rank in ready for it in rank if it["type"] == SEND}
        receives = {key(it): it for rank in ready for it in rank if it["type"] == RECEIVE}
        met = sends.keys() & receives.keys()
        waiting = False
        for rank, over in zip(ready, done):
            for it in rank:
                if it["type"] == COMPUTE or key(it) in met:
                    over.add(it["id"])
                    waiting = True
        assert all(sends[it]["comm_size"] == receives[it]["comm_size"] for it in met)
        levels += bool(met)
    say(f"operations of {name} on {p} that end", sum(map(len, done)), sum(map(len, ranks)))
    say(f"steps of {name} on {p} by rendezvous", levels, job["steps"])
    sent = [sum(it["comm_size"] for it in rank if it["type"] == SEND) for rank in ranks[:p]]
    added = sum(it["num_ops"] for rank in ranks for it in rank if it["type"] == COMPUTE)
    say(f"bytes that a worker of {name} on {p} sends", max(sent), job["sent"])
    say(f"additions of {name} on {p}", added, job["elements"] * job["additions"])
    for it in (it for rank in ranks for it in rank if "ring_direction" in it):
        around = (it["comm_dst"] - it["comm_src"]) % p
        assert it["hops"] in (around, p - around) and it["setup_ns"] == 25_000 and it["wavelengths"] >= 1


KINDS = {"published": published, "traces": traces}
for job in json.loads((folder / "jobs.json").read_text()):
    KINDS[job["kind"]](job)
(folder / "verdicts.json").write_text(json.dumps(verdicts))
