"""Trains a small model with DistributedDataParallel in real processes over gloo, through plain all-reduces and through the exported
hook, and holds what the hook gives to `optinc aggregate` and to the definitions of docs/reference/formats.md, bit for bit.

python torch_hook.py FOLDER: of the jobs in FOLDER/jobs.json, what is found goes to FOLDER/verdicts.json.
python torch_hook.py FOLDER HOOK.py: trains with this hook of four workers and prints the losses as a table of Markdown, for docs/reference/targets/torch-hook.md."""

import functools
import gc
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


def in_group(body):
    """A rank's part, in a group that ends before the interpreter does: a thread of gloo that still holds a callback aborts the process."""

    @functools.wraps(body)
    def run(rank, workers, job, *rest):
        torch.set_num_threads(1)
        name = "-".join([body.__name__, job["name"], *(it for it in rest if isinstance(it, str))])
        dist.init_process_group("gloo", init_method=f"file://{folder / name}", rank=rank, world_size=workers)
        body(rank, workers, job, *rest)
        # Models hold the group; what `body` had is gone now.
        gc.collect()
        dist.barrier()
        dist.destroy_process_group()

    return run


def data(rank, step):
    """Points of three spirals; every rank and step has its own."""
    rng = np.random.default_rng([rank, step])
    label = rng.integers(0, 3, 64)
    radius = rng.random(64)
    angle = 4 * radius + 2.1 * label + 0.15 * rng.standard_normal(64)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(label)


@in_group
def train(rank, workers, job, way):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 3)]
    model = DistributedDataParallel(torch.nn.Sequential(*layers))
    step = 0
    if way == "hook":
        module = load(job["module"])

        def kept(circuit, bucket):
            before = bucket.buffer().clone()
            place = f"{step}-{bucket.index()}-{rank}.npy"

            def keep(future, is_kept=step in KEPT):
                if is_kept:
                    np.save(folder / f"sent-{place}", before.numpy())
                    np.save(folder / f"got-{place}", future.value().numpy())
                return future.value()

            return module.hook(circuit, bucket).then(keep)

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


def gradient(rank, length):
    """Sizes from the smallest to nearly the largest, and blocks of zeros."""
    rng = np.random.default_rng([rank, 7])
    values = rng.standard_normal(length) * 10.0 ** rng.integers(-9, 4, length)
    values[512:1024] = 0
    return values


@in_group
def call(rank, workers, job, types):
    """The function of the hook on tensors of every type, without a model."""
    module = load(job["module"])
    circuit = module.Circuit(block=job["block"])
    for name, type_ in types.items():
        values = gradient(rank, 3000)
        if name not in job["types"]:
            try:
                module.aggregate(torch.from_numpy(values).to(type_), circuit)
                raise AssertionError("a result that is too long for the tensor")
            except ValueError as error:
                assert "does not hold results of 10 bits" in str(error)
            continue
        sent = torch.from_numpy(values).to(type_)
        got = module.aggregate(sent, circuit)
        assert got.dtype == sent.dtype
        as_saved = (lambda it: it.view(torch.int16).numpy().view(np.uint16)) if name == "bf16" else (lambda it: it.numpy())
        np.save(folder / f"{job['name']}-{name}-sent-{rank}.npy", as_saved(sent))
        np.save(folder / f"{job['name']}-{name}-got-{rank}.npy", as_saved(got))
    infinite = module.aggregate(torch.tensor([1.0, float("inf") if rank == 0 else 2.0]), circuit)
    assert torch.isnan(infinite).all()


class World:
    """Stands in for torch.distributed: the ranks run one after another in this process, and meet in `meet`."""

    ReduceOp = dist.ReduceOp

    def __init__(self, workers):
        self.workers, self.rank, self.sent = workers, 0, []

    def get_rank(self, group):
        self.rank += 1
        return self.rank - 1

    def get_world_size(self, group):
        return self.workers

    def all_reduce(self, tensor, op, group, async_op):
        self.sent.append(tensor)
        return self

    def wait(self):
        pass

    def meet(self, reduce):
        together = reduce(torch.stack(self.sent))
        for it in self.sent:
            it.copy_(together)
        self.sent = []


class Ranks:
    """All workers of an exported hook in one process."""

    def __init__(self, path, workers, **settings):
        self.module, self.world = load(path), World(workers)
        self.module.dist = self.world
        self.circuits = [self.module.Circuit(**settings) for _ in range(workers)]

    def aggregate(self, gradients, residuals=None):
        sent = zip(gradients, self.circuits, residuals or [None] * len(gradients))
        words = [self.module.Words(gradient, circuit, residual) for gradient, circuit, residual in sent]
        self.world.meet(lambda it: it.amax(dim=0))
        for it in words:
            it.send()
        self.world.meet(lambda it: it.sum(dim=0))
        return [it.value() for it in words]


def simulated(job):
    """What every rank of a hook receives, without processes, beside what `optinc aggregate` writes."""
    gradients = [torch.from_numpy(gradient(rank, 3000).astype(np.float32)) for rank in range(job["workers"])]
    got = Ranks(job["module"], job["workers"], block=job["block"]).aggregate(gradients)
    files = [folder / f"{job['name']}-{rank}.npy" for rank in range(job["workers"])]
    for file, it in zip(files, gradients):
        np.save(file, it.numpy())
    wanted = by_command(job, files)
    return all(same_bits(it.numpy(), wanted) for it in got)


def kept(job):
    """Whether drawn words and residuals of a hook are those of `optinc aggregate`, which keeps residuals in files: two tensors."""
    ranks = Ranks(job["module"], job["workers"], block=job["block"], feedback=True, dither=2**32 + 5)
    residuals = [torch.zeros(3000) for _ in range(job["workers"])]
    files = [folder / f"{job['name']}-{rank}.npy" for rank in range(job["workers"])]
    gradients = [torch.from_numpy(np.load(file)) for file in files]
    before = []
    for tensor in range(2):
        after = str(folder / f"{job['name']}-residuals-{tensor}.npy")
        got = ranks.aggregate(gradients, residuals)
        drawn = ["--dither", str(2**32 + 5), "--tensor", str(tensor)]
        wanted = by_command(job, files, [*drawn, *before, "--write-residuals", after])
        before = ["--residuals", after]
        same = all(same_bits(it.numpy(), wanted) for it in got) and same_bits(torch.stack(residuals).numpy(), np.load(after))
        if not same:
            return False
    return True


def gap(job, **settings):
    """How far a convex problem ends from its optimum: least squares of 4 workers, each with a quarter of the sorted targets."""
    rng = np.random.default_rng(5)
    inputs = rng.standard_normal((400, 10))
    targets = inputs @ rng.standard_normal(10) + np.sign(inputs[:, 0]) + 0.5 * rng.standard_normal(400)
    order = np.argsort(targets)
    shards = [(inputs[part], targets[part]) for part in np.array_split(order, 4)]
    ranks = Ranks(job["module"], 4, block=job["block"], **settings)
    residuals = [torch.zeros(10) for _ in range(4)] if settings.get("feedback") else None
    model = np.zeros(10)
    for _ in range(1500):
        gradients = [x.T @ (x @ model - y) / len(y) for x, y in shards]
        got = ranks.aggregate([torch.from_numpy(it.astype(np.float32)) for it in gradients], residuals)
        model = model - 0.02 * got[0].numpy().astype(np.float64)
    loss = lambda it: 0.5 * np.mean((inputs @ it - targets) ** 2)
    return loss(model) - loss(np.linalg.lstsq(inputs, targets, rcond=None)[0])


@in_group
def modes(rank, workers, job):
    """Small buckets that are views of the gradients, accumulation without synchronisation, an overflow, and a checkpoint of residuals."""
    module = load(job["module"])
    torch.manual_seed(0)
    layers = [torch.nn.Linear(2, 48), torch.nn.Tanh(), torch.nn.Linear(48, 48), torch.nn.Tanh(), torch.nn.Linear(48, 3)]
    inner = torch.nn.Sequential(*layers)
    dist._DEFAULT_FIRST_BUCKET_BYTES = 1024
    model = DistributedDataParallel(inner, bucket_cap_mb=0.002, gradient_as_bucket_view=True)
    circuit = module.Circuit(block=job["block"], feedback=True)
    sent, early = [], []

    def watched(circuit, bucket):
        sent.append((bucket.buffer().clone(), list(bucket.parameters())))
        future = module.hook(circuit, bucket)
        early.append(future.done())
        return future

    model.register_comm_hook(circuit, watched)

    def backward(step, factor=1.0):
        points, label = data(rank, step)
        (torch.nn.functional.cross_entropy(model(points), label) * factor).backward()

    residuals, plain = {}, module.Circuit(block=job["block"])
    found = {"buckets": 0, "early": 0, "wrong": 0, "local": 0}
    for step in range(4):
        model.zero_grad(set_to_none=False)
        sent.clear(), early.clear()
        if step == 2:
            with model.no_sync():
                backward(40)
            found["local"] += len(sent)
        backward(step, float("inf") if step == 3 and rank == 1 else 1.0)
        # The same buckets one after the other, with residuals kept here.
        for buffer, parameters in sent:
            residual = torch.cat([residuals.setdefault(it, torch.zeros(it.numel())) for it in parameters])
            wanted = module.aggregate(buffer, plain, residual)
            for it, part, own in zip(parameters, wanted.split([it.numel() for it in parameters]), residual.split([it.numel() for it in parameters])):
                residuals[it] = own.clone()
                same = same_bits(it.grad.reshape(-1).numpy(), part.numpy()) and same_bits(circuit.residuals[it].numpy(), own.numpy())
                found["wrong"] += not same
                if step == 3:
                    found["wrong"] += not torch.isnan(it.grad).all() or not torch.isfinite(circuit.residuals[it]).all()
        found["buckets"], found["early"] = len(sent), sum(early[:-1])
    state = circuit.state_dict(inner)
    again = module.Circuit(block=job["block"], feedback=True)
    again.load_state_dict(inner, state)
    found["wrong"] += not all(torch.equal(again.residuals[it], circuit.residuals[it]) for it in inner.parameters())
    try:
        again.load_state_dict(inner, {**state, "workers": workers + 1})
        found["wrong"] += 1
    except ValueError as error:
        found["refusal"] = str(error)
    (folder / f"modes-{rank}.json").write_text(json.dumps(found))


@in_group
def scaled(rank, workers, job):
    """An overflow at one rank: every rank's scaler skips the step, and the next one is taken. PyTorch 2.3 has scalers for CPUs."""
    module = load(job["module"])
    torch.manual_seed(0)
    model = DistributedDataParallel(torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3)))
    model.register_comm_hook(module.Circuit(block=job["block"]), module.hook)
    optimizer, scaler = torch.optim.SGD(model.parameters(), lr=0.3), torch.amp.GradScaler("cpu", init_scale=1024.0)
    moved, scales = [], []
    for step in range(3):
        points, label = data(rank, step)
        before = [it.detach().clone() for it in model.parameters()]
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(points), label)
        scaler.scale(loss * (float("inf") if step == 1 and rank == 2 else 1.0)).backward()
        scaler.step(optimizer)
        scaler.update()
        moved.append(any(not torch.equal(a, b) for a, b in zip(before, model.parameters())))
        scales.append(scaler.get_scale())
    total = torch.cat([it.detach().reshape(-1) for it in model.parameters()])
    least, most = total.clone(), total.clone()
    dist.all_reduce(least, op=dist.ReduceOp.MIN), dist.all_reduce(most, op=dist.ReduceOp.MAX)
    (folder / f"scaled-{rank}.json").write_text(json.dumps({"moved": moved, "scales": scales, "alike": torch.equal(least, most)}))


@in_group
def shards(rank, workers, job):
    """The hook of sharded training: called by hand, in backward passes, and from PyTorch 2 on by FullyShardedDataParallel on CPUs."""
    module = load(job["module"])
    circuit, plain = module.Circuit(block=job["block"]), module.Circuit(block=job["block"])
    fed = module.Circuit(block=job["block"], feedback=True)
    found = {"wrong": 0, "calls": 0, "fsdp": int(torch.__version__.split(".")[0]) >= 2}
    model, losses, residuals, turn = None, [], {}, 0

    def checked(circuit, gradient, shard):
        """Beside the mean of whole gradients, whose residuals are kept here by the number of the call in its step."""
        nonlocal turn
        own = residuals.setdefault(turn, torch.zeros(gradient.numel())) if circuit.feedback else None
        turn += 1
        module.sharded(circuit, gradient, shard)
        wanted = module.aggregate(gradient, plain, own)
        found["wrong"] += not same_bits(shard.numpy(), wanted.reshape(workers, -1)[rank].numpy().copy())
        found["wrong"] += own is not None and not torch.equal(own, circuit.turns[turn - 1])
        found["calls"] += 1

    checked(circuit, torch.from_numpy(gradient(rank, 3000).astype(np.float32)), torch.empty(750))
    # Tensors of 400 and 80 gradients, whose hooks run in backward passes.
    weights = [torch.ones(size, requires_grad=True) for size in (400, 80)]
    for weight in weights:
        weight.register_hook(lambda it: checked(fed, it.contiguous(), torch.empty(it.numel() // workers)))
    for step in range(3):
        turn = 0
        points = torch.from_numpy(gradient(rank + step, 480).astype(np.float32))
        ((weights[0] * points[:400]).sum() * (weights[1] * points[400:]).sum()).backward()
    again = module.Circuit(block=job["block"], feedback=True)
    again.load_state_dict(torch.nn.Linear(1, 1), fed.state_dict(torch.nn.Linear(1, 1)))
    found["wrong"] += len(residuals) != 2 or any(not torch.equal(again.turns[it], residuals[it]) for it in residuals)
    try:
        module.sharded(fed, torch.zeros(4), torch.empty(1))
        found["wrong"] += 1
    except ValueError as error:
        found["refusal"] = str(error)
    if found["fsdp"]:
        from torch.distributed.fsdp import FullyShardedDataParallel

        torch.manual_seed(0)
        cpu = torch.device("cpu")
        inner = FullyShardedDataParallel(torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.Tanh()), device_id=cpu)
        model = FullyShardedDataParallel(torch.nn.Sequential(inner, torch.nn.Linear(64, 3)), device_id=cpu)
        model.register_comm_hook(module.Circuit(block=job["block"], feedback=True), checked)
        residuals.clear()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
        for step in range(30):
            turn = 0
            points, label = data(rank, step)
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(points), label)
            loss.backward()
            optimizer.step()
            losses.append(float(loss))
    (folder / f"shards-{rank}.json").write_text(json.dumps({**found, "losses": losses}))


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
    jobs = json.loads((folder / "jobs.json").read_text())
    exact, *called = [job for job in jobs if job["types"]]
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
    for job in (exact, *called):
        workers = job["workers"]
        verdict["unalike"].append(0)
        processes.spawn(call, (workers, job, types), nprocs=workers)
        for name in job["types"]:
            files = [folder / f"{job['name']}-{name}-sent-{w}.npy" for w in range(workers)]
            got = np.stack([np.load(folder / f"{job['name']}-{name}-got-{w}.npy") for w in range(workers)])
            dtype = ["--dtype", "bf16"] if name == "bf16" else []
            wanted = by_command(job, files, [*dtype, *job["chip"]])
            verdict["calls"] += 1
            verdict["unalike"][-1] += int((got != got[0]).any(axis=0).sum())
            if not same_bits(got, np.ascontiguousarray(np.broadcast_to(wanted, got.shape))):
                verdict["wrong"].append(f"{job['name']}, {name}: not what optinc aggregate writes")
    verdict["wrong"] += [f"{job['name']}, simulated: not what optinc aggregate writes" for job in jobs if not job["chip"] and not simulated(job)]
    verdict["wrong"] += [f"{job['name']}, fed back: not what optinc aggregate writes" for job in jobs if not job["chip"] and not kept(job)]
    processes.spawn(modes, (4, exact), nprocs=4)
    verdict["modes"] = [json.loads((folder / f"modes-{rank}.json").read_text()) for rank in range(4)]
    for name, way in {**({"scaled": scaled} if hasattr(torch.amp, "GradScaler") else {}), "shards": shards}.items():
        processes.spawn(way, (4, exact), nprocs=4)
        verdict[name] = [json.loads((folder / f"{name}-{rank}.json").read_text()) for rank in range(4)]
    by_name = {job["name"]: job for job in jobs}
    verdict["gaps"] = {
        f"{name}, {way}": gap(by_name[name], **settings)
        for name in ("mean-4x8", "even-4x8", "none-4x8")
        for way, settings in {"nearest": {}, "dither": {"dither": 1}, "feedback": {"feedback": True}}.items()
    }
    (folder / "verdicts.json").write_text(json.dumps(verdict))
