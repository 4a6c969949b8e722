"""Schedules without a closed formula, walked step by step, and layers of networks for images: from docs/explanation/collectives.md and the papers' shapes alone."""

from collections import defaultdict
from itertools import accumulate


def step_time(transfers, c, links=lambda transfer: ([], 0)):
    """A step of (source, destination, bits, adds): latency, heaviest port or link, longest addition at a worker.

    links(transfer) gives the [(link, bits)] and the number of switches that it passes; every link has the rate of a port.
    """
    if not transfers:
        return 0.0
    out, into, added, link = (defaultdict(float) for _ in range(4))
    latency = 0.0
    for transfer in transfers:
        source, destination, bits, adds = transfer
        out[source] += bits
        into[destination] += bits
        if adds:
            added[destination] += bits
        flows, switches = links(transfer)
        for name, share in flows:
            link[name] += share
        latency = max(latency, c["latency"] + switches * c["hop"])
    heaviest = max(max(load.values(), default=0.0) for load in (out, into, link))
    return latency + heaviest / c["rate"] + max(added.values(), default=0.0) / c["reduction"]


def bounds(length, parts):
    """Where chunks begin and end: those in front have one element more."""
    small, more = divmod(length, parts)
    sizes = [small + (i < more) for i in range(parts)]
    return [0, *accumulate(sizes)]


def two_trees(p):
    """Parents of the workers, None at a root."""
    first = [None] * p
    for i in range(1, p):
        bit = 1
        while not i & bit:
            bit *= 2
        up = (i - bit) | 2 * bit
        first[i] = up if up < p else i - bit
    image = (lambda i: p - 1 - i) if p % 2 == 0 else (lambda i: (i + 1) % p)
    second = [None] * p
    for i, parent in enumerate(first):
        second[image(i)] = None if parent is None else image(parent)
    return first, second


def depths(parents):
    def depth(i):
        return 0 if parents[i] is None else 1 + depth(parents[i])

    return [depth(i) for i in range(len(parents))]


def tree_height(p):
    return max(max(depths(tree)) for tree in two_trees(p))


def double_binary_tree(p, elements, bits, chunks, c):
    half = (elements + 1) // 2
    h, steps = tree_height(p), defaultdict(list)
    for parents, length in zip(two_trees(p), (half, elements - half)):
        cut = bounds(length, chunks)
        for node, depth in enumerate(depths(parents)):
            if parents[node] is None:
                continue
            for chunk in range(chunks):
                size = (cut[chunk + 1] - cut[chunk]) * bits
                steps[h - depth + chunk].append((node, parents[node], size, True))
                steps[h + depth - 1 + chunk].append((parents[node], node, size, False))
    assert max(steps) + 1 == chunks + 2 * h - 1
    return sum(step_time(transfers, c) for transfers in steps.values())


def share(*words):
    """The hash of the page, at least 0 and less than 1."""
    mask, u = 2**32 - 1, 0
    for word in words:
        u = ((u ^ word) * 0x9E3779B1 & mask) ^ word
        u = (u ^ u >> 16) * 0x85EBCA6B & mask
        u = (u ^ u >> 13) * 0xC2B2AE35 & mask
        u ^= u >> 16
    return u / 2**32


class FatTree:
    """Where flows go for one seed."""

    def __init__(self, p, rack, oversubscription=1, scattered=False, adaptive=False, channels=1, seed=1):
        self.p, self.rack, self.seed, self.channels, self.adaptive = p, rack, seed, channels, adaptive
        self.uplinks = max(1, int(min(rack, p) / oversubscription + 0.5))
        self.place = list(range(p))
        for i in range(p - 1, 0, -1) if scattered else ():
            j = int((i + 1) * share(i, 0x51ED, seed))
            self.place[i], self.place[j] = self.place[j], self.place[i]

    def links(self, transfer):
        source, destination, bits, _ = transfer
        leaf, other = self.place[source] // self.rack, self.place[destination] // self.rack
        if leaf == other:
            return [], 1
        if self.adaptive:
            # All spines alike: of each of the leaf's uplinks a part.
            spines, part = range(self.uplinks), bits / self.uplinks
        else:
            spines = [int(self.uplinks * share(source, destination + c * self.p, self.seed)) for c in range(self.channels)]
            part = bits / self.channels
        return [link for spine in spines for link in ((("up", leaf, spine), part), (("down", spine, other), part))], 3

    def ring(self, elements, bits, c):
        cut = bounds(elements, self.p)
        around = lambda adds: [(i, (i + 1) % self.p, (cut[i + 1] - cut[i]) * bits, adds) for i in range(self.p)]
        return (self.p - 1) * sum(step_time(around(adds), c, self.links) for adds in (True, False))

    def halving_doubling(self, elements, bits, c):
        k = self.p.bit_length() - 1
        q = 2**k
        extra = self.p - q
        assert elements % q == 0
        member = [2 * i + 1 if i < extra else i + extra for i in range(q)]
        folds = [[(2 * i, 2 * i + 1, elements * bits, True) for i in range(extra)], [(2 * i + 1, 2 * i, elements * bits, False) for i in range(extra)]]
        halves = lambda d, adds: [(member[i], member[i ^ d], elements * bits * d / q, adds) for i in range(q)]
        steps = folds + [halves(2**i, adds) for i in range(k) for adds in (True, False)]
        return sum(step_time(step, c, self.links) for step in steps)


def convolution(c, d, kernel, side, before, own):
    """(parameters, multiply-accumulates, elements read and written) of one image; `own` parameters a channel beside the weights."""
    weights = c * d * kernel**2
    return weights + own * d, weights * side**2, c * before**2 + d * side**2


def dense(c, d):
    return c * d + d, c * d, c + d


def vgg(convolutions):
    """Simonyan and Zisserman: stages of 3 x 3 convolutions with biases, the side halved behind each."""
    layers, channels, side = [], 3, 224
    for count, wide in zip(convolutions, (64, 128, 256, 512, 512)):
        for _ in range(count):
            layers.append(convolution(channels, wide, 3, side, side, 1))
            channels = wide
        side //= 2
    return layers + [dense(512 * 49, 4096), dense(4096, 4096), dense(4096, 1000)]


def resnet50(cifar):
    """He et al. as torchvision has it: bottlenecks whose 3 x 3 has the stride, a shortcut in the first of each stage."""
    layers = [convolution(3, 64, 3, 32, 32, 2)] if cifar else [convolution(3, 64, 7, 112, 224, 2)]
    channels, side = 64, 32 if cifar else 56
    for count, narrow in zip((3, 4, 6, 3), (64, 128, 256, 512)):
        for i in range(count):
            out = side // 2 if i == 0 and narrow > 64 else side
            layers += [
                convolution(channels, narrow, 1, side, side, 2),
                convolution(narrow, narrow, 3, out, side, 2),
                convolution(narrow, 4 * narrow, 1, out, out, 2),
            ]
            if i == 0:
                layers.append(convolution(channels, 4 * narrow, 1, out, side, 2))
            channels, side = 4 * narrow, out
    return layers + [dense(2048, 100 if cifar else 1000)]


def buckets_of(layers, backward, elements):
    """(elements, seconds of the backward pass until it is full), from the last layer on."""
    found, gathered, ready = [], 0, 0.0
    for (parameters, _, _), seconds in zip(reversed(layers), reversed(backward)):
        gathered, ready = gathered + parameters, ready + seconds
        if gathered >= elements:
            found.append((gathered, ready))
            gathered = 0
    return found + [(gathered, ready)] if gathered else found
