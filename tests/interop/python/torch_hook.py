"""Trains a small model with DistributedDataParallel in real processes over gloo, through plain all-reduces and through the exported
hook, and holds what the hook gives to `optinc aggregate` and to the definitions of docs/reference/formats.md, bit for bit.

python torch_hook.py FOLDER: of the jobs in FOLDER/jobs.json, what is found goes to FOLDER/verdicts.json.
python torch_hook.py FOLDER HOOK.py: trains with this hook of four workers and prints the losses as a table of Markdown, for docs/reference/targets/torch-hook.md."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from torch.nn.parallel import DistributedDataParallel

folder = Path(sys.argv[1])
STEPS = 120
KEPT = (0, 1, 60)


def load(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def join(rank, workers, name):
    dist.init_process_group("gloo", init_method=f"file://{folder / name}", rank=rank, world_size=workers)


def data(rank, step):
    """Points of three spirals; every rank and step has its own."""
    rng = np.random.default_rng([rank, step])
    label = rng.integers(0, 3, 64)
    radius = rng.random(64)
    angle = 4 * radius + 2.1 * label + 0.15 * rng.standard_normal(64)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(label)


def train(rank, workers, job, way):
    torch.set_num_threads(1)
    join(rank, workers, f"{way}-{job['name']}")
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 3)]
    model = DistributedDataParallel(torch.nn.Sequential(*layers))
    step = 0
    if way == "hook":
        module = load(job["module"])

        def kept(circuit, bucket):
            before = bucket.buffer().clone()
            future = module.hook(circuit, bucket)
            if step in KEPT:
                np.save(folder / f"sent-{step}-{bucket.index()}-{rank}.npy", before.numpy())
                np.save(folder / f"got-{step}-{bucket.index()}-{rank}.npy", future.value().numpy())
            return future

        model.register_comm_hook(module.Circuit(block=job["block"]), kept)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    losses = []
    for step in range(STEPS):
        points, label = data(rank, step)
        loss = torch.nn.functional.cross_entropy(model(points), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        mean = loss.detach().clone()
        dist.all_reduce(mean)
        losses.append(float(mean) / workers)
    if rank == 0:
        (folder / f"losses-{way}.json").write_text(json.dumps(losses))


def call(rank, workers, job, types):
    """The function of the hook on tensors of every type, without a model."""
    join(rank, workers, f"call-{job['name']}")
    module = load(job["module"])
    circuit = module.Circuit(block=job["block"])
    for name, type_ in types.items():
        rng = np.random.default_rng([rank, 7])
        # Sizes from the smallest to nearly the largest, and blocks of zeros.
        values = rng.standard_normal(3000) * 10.0 ** rng.integers(-9, 4, 3000)
        values[512:1024] = 0
        sent = torch.from_numpy(values).to(type_)
        got = module.aggregate(sent, circuit)
        assert got.dtype == sent.dtype
        as_saved = (lambda it: it.view(torch.int16).numpy().view(np.uint16)) if name == "bf16" else (lambda it: it.numpy())
        np.save(folder / f"{job['name']}-{name}-sent-{rank}.npy", as_saved(sent))
        np.save(folder / f"{job['name']}-{name}-got-{rank}.npy", as_saved(got))
    infinite = module.aggregate(torch.tensor([1.0, float("inf") if rank == 0 else 2.0]), circuit)
    assert torch.isnan(infinite).all()


def mean_by_definition(sent, bits, block):
    """docs/reference/formats.md, Gradients: signed words of at least 2 bits, half-up; float32 rows of all workers."""
    workers, length = sent.shape
    out = np.zeros(length)
    for start in range(0, length, block):
        v = sent[:, start : start + block].astype(np.float64)
        largest = np.abs(v).max()
        e = -149 if largest == 0 else int(np.ceil(np.log2(largest)))
        assert largest <= 2.0**e and (largest == 0 or largest > 2.0 ** (e - 1))
        s = (2 ** (bits - 1) - 1) * 2.0**-e
        words = np.floor(v * s + 0.5).astype(np.int64)
        mean = (2 * words.sum(axis=0) + workers) // (2 * workers)
        out[start : start + block] = mean * (2.0**e / (2 ** (bits - 1) - 1))
    return out.astype(np.float32)


def by_command(job, files, extra=()):
    out = folder / "aggregated.npy"
    words = ["aggregate", job["build"], *map(str, files), "-o", str(out), "--block", str(job["block"]), "-q", "--force", *extra]
    subprocess.run([*job["optinc"], *words], check=True)
    return np.load(out)


def same_bits(a, b):
    return a.shape == b.shape and a.tobytes() == b.tobytes()


def both(job):
    """Losses of the steps through plain all-reduces and through the hook."""
    for way in ("plain", "hook"):
        processes.spawn(train, (job["workers"], job, way), nprocs=job["workers"])
    return [json.loads((folder / f"losses-{way}.json").read_text()) for way in ("plain", "hook")]


def print_table(plain, hook):
    shown = (0, 20, 40, 80, 119)
    print("| | " + " | ".join(map(str, shown)) + " |\n|" + "---|" * (len(shown) + 1))
    for name, losses in (("all-reduce of float32", plain), ("hook, 8-bit words", hook)):
        print(f"| {name} | " + " | ".join(f"{losses[step]:.4f}" for step in shown) + " |")


if __name__ == "__main__" and len(sys.argv) > 2:
    print_table(*both({"name": "table", "workers": 4, "block": 256, "module": sys.argv[2]}))
elif __name__ == "__main__":
    verdict = {"torch": torch.__version__, "buckets": 0, "elements": 0, "calls": 0, "unalike": [], "wrong": []}
    exact, *chips = json.loads((folder / "jobs.json").read_text())
    workers = exact["workers"]
    verdict["plain"], verdict["hook"] = both(exact)
    for first in sorted(folder.glob("sent-*-0.npy")):
        files = [first.with_name(first.name.replace("-0.npy", f"-{w}.npy")) for w in range(workers)]
        got = [np.load(it.with_name(it.name.replace("sent", "got"))) for it in files]
        sent = np.stack([np.load(it) for it in files])
        wanted = by_command(exact, files)
        verdict["buckets"] += 1
        verdict["elements"] += sent.shape[1]
        if not all(same_bits(it, wanted) for it in got):
            verdict["wrong"].append(f"{first.name}: not what optinc aggregate writes")
        if not same_bits(wanted, mean_by_definition(sent, exact["bits"], exact["block"])):
            verdict["wrong"].append(f"{first.name}: not the mean by its definition")
    types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    for job in (exact, *chips):
        workers = job["workers"]
        verdict["unalike"].append(0)
        processes.spawn(call, (workers, job, types), nprocs=workers)
        for name in types:
            files = [folder / f"{job['name']}-{name}-sent-{w}.npy" for w in range(workers)]
            got = np.stack([np.load(folder / f"{job['name']}-{name}-got-{w}.npy") for w in range(workers)])
            dtype = ["--dtype", "bf16"] if name == "bf16" else []
            wanted = by_command(job, files, [*dtype, *job["chip"]])
            verdict["calls"] += 1
            verdict["unalike"][-1] += int((got != got[0]).any(axis=0).sum())
            if not same_bits(got, np.ascontiguousarray(np.broadcast_to(wanted, got.shape))):
                verdict["wrong"].append(f"{job['name']}, {name}: not what optinc aggregate writes")
    (folder / "verdicts.json").write_text(json.dumps(verdict))
