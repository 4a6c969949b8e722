import type { Aggregate } from "../../circuit/circuit.ts";
import { resultOf } from "../../circuit/symbols.ts";

/**
 * The Python module of a communication hook, for PyTorch from 1.13 on; `name` is the circuit's. `table`: the file of its table, or null where the
 * circuit is proved, so that its arithmetic is the function. It is explained line by line because people are to read it:
 * docs/reference/formats.md#gradients says the same in words.
 */
export function hookModule(name: string, module: string, aggregate: Aggregate, table: string | null): string {
  const { workers, bits, signed } = aggregate;
  const { bits: resultBits, scale } = resultOf(aggregate);
  const wide = table === null && workers * (2 ** bits - 1) >= 2 ** 31;
  const way =
    table === null
      ? "the sum of its words. The\ncircuit is proved to compute the mean, so that integers take the place of light"
      : "the sum of the shares that its words have in the rows of\nthe circuit's table. A row holds what the receivers read; every device was simulated for it";
  return `"""Gradients through the circuit ${JSON.stringify(name).slice(1, -1)}, as a communication hook of DistributedDataParallel.

    import torch.distributed as dist
    from torch.nn.parallel import DistributedDataParallel
    from ${module} import Circuit, hook

    dist.init_process_group("gloo")
    model = DistributedDataParallel(model)
    model.register_comm_hook(Circuit(), hook)

Every rank is a worker. For each bucket it sends two all-reduces in place of one of all gradients: the largest of the blocks'
exponents, and ${way}.

Needs torch${table === null ? "" : " and numpy"}. A simulation: words are right to the bit, times are not those of light.
"""

import math
${table === null ? "" : "from pathlib import Path\n\nimport numpy as np\n"}
import torch
import torch.distributed as dist

WORKERS, BITS, RESULT_BITS = ${workers}, ${bits}, ${resultBits}
# A word that is received is so many times the mean.
SCALE = ${scale}
# The integers that are all-reduced.
TOTAL = torch.${wide ? "int64" : "int32"}
${table === null ? "" : `TABLE = Path(__file__).with_name("${table}")\n`}

class Circuit:
    """State of a hook: the worker of this rank, how many gradients share an exponent, and what training keeps.

    feedback: each rank adds the rounding errors of its gradients to its next ones (error feedback).
    dither: a seed; gradients are rounded at random, so that words are right on average. None: to the nearest word.
    """

    def __init__(self, group=None, block=256, feedback=False, dither=None${table === null ? "" : ', table=TABLE, device="cpu"'}):
        self.group, self.block, self.feedback, self.dither = group, block, feedback, dither
        self.worker = dist.get_rank(group)
        if dist.get_world_size(group) != WORKERS:
            raise ValueError(f"{dist.get_world_size(group)} ranks for a circuit of {WORKERS} workers")
        # Residuals by parameter, the number of the next tensor, and the bucket whose words wait.
        self.residuals, self.number, self.waiting = {}, 0, None
        # Of sharded training: residuals by the turn of a call in its backward pass, and the next turn.
        self.turns, self.turn = {}, 0
${table === null ? "" : TABLE_READ}
    def state_dict(self, model):
        """What a checkpoint of this rank holds, by the names of the model's parameters."""
        named = {name: self.residuals[it] for name, it in model.named_parameters() if it in self.residuals}
        return {"workers": WORKERS, "worker": self.worker, "number": self.number, "residuals": named, "turns": self.turns}

    def load_state_dict(self, model, state):
        if (state["workers"], state["worker"]) != (WORKERS, self.worker):
            raise ValueError(
                f"residuals of worker {state['worker']} of {state['workers']}, not of worker {self.worker} of {WORKERS}: "
                "every rank loads its own, or start without residuals"
            )
        parameters = dict(model.named_parameters())
        unknown = [name for name, it in state["residuals"].items() if name not in parameters or parameters[name].numel() != it.numel()]
        if unknown:
            raise ValueError(f"residuals of another model: {unknown[0]}")
        self.number, self.turns = state["number"], dict(state["turns"])
        self.residuals = {parameters[name]: it.to(parameters[name].device) for name, it in state["residuals"].items()}


def power_of_two(exponent):
    """2^exponent as float64, exactly: its bits are put together."""
    return ((exponent.to(torch.int64) + 1023) << 52).view(torch.float64)


def mixed(x):
    """A permutation of 32-bit numbers that looks random (C. Wellons, "lowbias32")."""
    x = (x ^ (x >> 16)) * 0x7FEB352D & 0xFFFFFFFF
    x = (x ^ (x >> 15)) * 0x846CA68B & 0xFFFFFFFF
    return x ^ (x >> 16)


def dither(circuit, number, like):
    """Numbers between 0 and 1 for each element: other ones for every seed, tensor and worker, the same at every repetition."""
    key = mixed(circuit.worker ^ mixed(number ^ mixed(circuit.dither & 0xFFFFFFFF)))
    at = torch.arange(like.numel(), device=like.device) & 0xFFFFFFFF
    return ((mixed(at ^ key).double() + 0.5) / 2.0**32).reshape(like.shape)


class Words:
    """A tensor on its way: first its exponents are all-reduced, then its words."""

    def __init__(self, gradient, circuit, residual=None):
        self.gradient, self.circuit, self.residual = gradient, circuit, residual
        held = 1 - round(math.log2(max(torch.finfo(gradient.dtype).eps, torch.finfo(torch.float32).eps)))
        if SCALE > 1 and RESULT_BITS - 1 > held:
            raise ValueError(f"{gradient.dtype} does not hold results of {RESULT_BITS} bits: take float32, or a circuit that rounds")
        self.number, circuit.number = circuit.number, circuit.number + 1
        # float32 has every float16 and bfloat16. Whole blocks, the last one filled up with zeros, which change no exponent.
        flat = gradient.reshape(-1).float()
        if residual is not None:
            flat = flat + residual
        self.blocks = torch.nn.functional.pad(flat, (0, -len(flat) % circuit.block)).reshape(-1, circuit.block)
        # Smallest e with |v| <= 2^e; -149 where all are 0, more than 128 where one is not finite.
        largest = self.blocks.abs().amax(dim=1)
        # largest = fraction 2^power with 1/2 <= fraction < 1: a power of two itself has the fraction 1/2.
        fraction, power = torch.frexp(largest)
        exponent = torch.where(fraction == 0.5, power - 1, power).to(torch.int32)
        exponent = torch.where(largest == 0, torch.full_like(exponent, -149), exponent)
        self.exponent = torch.where(torch.isfinite(largest), exponent, torch.full_like(exponent, 1000))
        # The largest over the workers is the one that covers all of them.
        self.pending = dist.all_reduce(self.exponent, op=dist.ReduceOp.MAX, group=circuit.group, async_op=True)

    def send(self):
        """Waits for the exponents, and all-reduces the words."""
        circuit, blocks = self.circuit, self.blocks
        self.pending.wait()
        # A gradient that is not finite takes the numbers of its block from every rank.
        self.finite = (self.exponent <= 128)[:, None]
        exponent = torch.where(self.finite[:, 0], self.exponent, torch.zeros_like(self.exponent))
        values = torch.where(self.finite, blocks, torch.zeros_like(blocks))
        # A word is floor(v s + z + 1/2). A code counts from 0: z is the middle for words with and without sign.
        # One bit has two words, one below 0 and one for the rest; a step is from -2^e to 2^e.
        largest_word = 2.0 ** (BITS - 1) - 1 if BITS > 1 else 0.5
        self.middle = 2.0 ** (BITS - 1) if BITS > 1 else 0.5
        scale = (largest_word * power_of_two(-exponent))[:, None]
        self.step = (power_of_two(exponent) / largest_word)[:, None]
        if circuit.dither is not None:
            code = torch.floor(values.double() * scale + (self.middle + dither(circuit, self.number, blocks)))
        elif BITS > 1:
            code = torch.floor(values.double() * scale + (self.middle + 0.5))
        else:
            code = (values >= 0).double()
        if self.residual is not None:
            left = (values.double() - (code - self.middle) * self.step).float()
            # What is not finite leaves the residual as it was.
            left = torch.where(self.finite, left, torch.zeros_like(left)).reshape(-1)[: len(self.residual)]
            kept = self.finite.expand_as(blocks).reshape(-1)[: len(self.residual)]
            self.residual.copy_(torch.where(kept, left, self.residual))
        # Symbols meet as light and add up.
        self.total = ${table === null ? "code.to(TOTAL)" : "circuit.shares[code.to(torch.int64)]"}
        self.pending = dist.all_reduce(self.total, op=dist.ReduceOp.SUM, group=circuit.group, async_op=True)

    def value(self):
        """The mean as this rank receives it, in the shape and type of the gradient."""
        read = received(self.total.to(torch.int64), self.circuit)
        # Dequantize: (word - z) step in float64, then float32, then the type of the gradient. Never to infinity.
        value = (read.double() - SCALE * self.middle) / SCALE * self.step
        value = value.clamp(-torch.finfo(torch.float32).max, torch.finfo(torch.float32).max).float()
        most = torch.finfo(self.gradient.dtype).max
        value = value.clamp(-most, most).to(self.gradient.dtype)
        lost = ${table === null ? "~self.finite" : "(read == 2**RESULT_BITS) | ~self.finite"}
        value = torch.where(lost, torch.full_like(value, float("nan")), value)
        return value.reshape(-1)[: self.gradient.numel()].reshape(self.gradient.shape)


${table === null ? arithmetic(aggregate, signed && bits === 1) : TABLE_RECEIVED}

def aggregate(gradient, circuit, residual=None):
    """The circuit's mean of all ranks' gradients for this rank. gradient: floating point; the mean has its shape and type.

    residual: a flat float32 tensor, added to the gradient; afterwards it holds the rounding error.
    """
    words = Words(gradient, circuit, residual)
    words.send()
    words.pending.wait()
    return words.value()


def hook(circuit, bucket):
    """For DistributedDataParallel.register_comm_hook(Circuit(), hook): each bucket is quantized in blocks of its own.

    A bucket's words leave when the next bucket comes, the last one's at once: every rank sends in the same order.
    """
    gradient = bucket.buffer()
    residual = joined = None
    if circuit.feedback:
        joined = [(it, circuit.residuals.setdefault(it, torch.zeros(it.numel(), device=gradient.device))) for it in bucket.parameters()]
        residual = torch.cat([it for _, it in joined])
    done = torch.futures.Future(devices=[gradient.device]) if gradient.is_cuda else torch.futures.Future()
    before = circuit.waiting if bucket.index() > 0 else None
    circuit.waiting = Words(gradient, circuit, residual), done, joined
    if before is not None:
        launch(*before)
    if bucket.is_last():
        launch(*circuit.waiting)
        circuit.waiting = None
    return done


def sharded(circuit, gradient, shard):
    """For FullyShardedDataParallel.register_comm_hook(Circuit(), sharded): every rank keeps its part of the mean, whose words reach all of them.

    Such a hook does not get the names of its parameters. So residuals belong to the turn of a call in its backward pass.
    Every pass has to reach the same parameters in the same order.
    """
    residual = residual_of_turn(circuit, gradient) if circuit.feedback else None
    mean = aggregate(gradient, circuit, residual).reshape(-1)
    shard.copy_(mean[circuit.worker * shard.numel() :][: shard.numel()].reshape(shard.shape))


def residual_of_turn(circuit, gradient):
    """What the call at this turn of the backward pass before left; outside of backward passes every call is the first."""
    turn = circuit.turn
    try:
        if turn == 0:
            torch.autograd.Variable._execution_engine.queue_callback(lambda: setattr(circuit, "turn", 0))
        circuit.turn += 1
    except RuntimeError:
        pass
    kept = circuit.turns.get(turn, torch.zeros(gradient.numel())).to(gradient.device)
    if kept.numel() != gradient.numel():
        raise ValueError(f"residuals of {kept.numel()} gradients, not of {gradient.numel()}: backward passes differ in their order")
    circuit.turns[turn] = kept
    return kept


def launch(words, done, joined):
    """Sends the words; the future gets their mean when they have come back."""
    words.send()
    if joined is not None:
        for (_, kept), part in zip(joined, words.residual.split([it.numel() for _, it in joined])):
            kept.copy_(part)

    def finish(_):
        try:
            done.set_result(words.value())
        except Exception as error:
            done.set_exception(error)

    words.pending.get_future().then(finish)
`;
}

const TABLE_READ = `        arrays = np.load(table)
        if str(arrays["format"]) != "optinc.table" or arrays["version"] != 1:
            raise ValueError(f"{table} is no table of optinc that this module knows")
        # What a code of this worker adds to the row number; what this worker receives in each row.
        shares = arrays["shares"][arrays["share_of"][self.worker]]
        received = arrays["received"][arrays["received_of"][self.worker]]
        self.shares = torch.from_numpy(shares.astype(np.int32)).to(device)
        self.received = torch.from_numpy(received.astype(np.int64)).to(device)
`;

const TABLE_RECEIVED = `def received(row, circuit):
    """What the receivers of this worker read; 2^RESULT_BITS stands for no level."""
    return circuit.received[row]
`;

/** In codes; of signed words of one bit the even word 0 has code 1, which is where ties up go. */
function arithmetic({ rounding }: Aggregate, oddCodesAreEven: boolean): string {
  const rules = {
    none: ["the exact sum of the codes", "total"],
    floor: ["the largest code that is not above the mean", 'torch.div(total, WORKERS, rounding_mode="floor")'],
    "half-up": [
      "the code that is nearest to the mean, halfway the upper one",
      'torch.div(2 * total + WORKERS, 2 * WORKERS, rounding_mode="floor")',
    ],
    "half-even": [
      "the code that is nearest to the mean, halfway the even one",
      'torch.div(2 * total + WORKERS, 2 * WORKERS, rounding_mode="floor") - ((2 * total + WORKERS) % (4 * WORKERS) == 2 * WORKERS).to(total.dtype)',
    ],
  };
  const [what, formula] = rules[rounding === "half-even" && oddCodesAreEven ? "half-up" : rounding];
  return `def received(total, circuit):
    """What every worker receives for a sum of codes: ${what}."""
    return ${formula}
`;
}
