/**
 * The Python module of a communication hook, for PyTorch from 1.13 on; `name` is the circuit's, `table` the file of its table. It is
 * explained line by line because people are to read it: docs/reference/formats.md#gradients says the same in words.
 */
export function hookModule(name: string, table: string): string {
  return `"""Gradients through the circuit ${JSON.stringify(name).slice(1, -1)}, as a communication hook of DistributedDataParallel.

    import torch.distributed as dist
    from torch.nn.parallel import DistributedDataParallel
    from ${table.replace(/\.npz$/, "")} import Circuit, hook

    dist.init_process_group("gloo")
    model = DistributedDataParallel(model)
    model.register_comm_hook(Circuit(), hook)

Every rank is a worker. It sends two small all-reduces for each bucket instead of one of all gradients: the largest of the blocks'
exponents, and the sum of the shares that its words have in the rows of the circuit's table. What the receivers of the circuit
read in such a row is looked up, not computed: it was driven through every device when the table was written.

Needs torch and numpy. A simulation: words are right to the bit, times are not those of light.
"""

from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist

TABLE = Path(__file__).with_name("${table}")


class Circuit:
    """What a hook has to know: the table, whose worker this rank is, and how many gradients share an exponent."""

    def __init__(self, group=None, block=256, table=TABLE, device="cpu"):
        arrays = np.load(table)
        if str(arrays["format"]) != "optinc.table" or arrays["version"] != 1:
            raise ValueError(f"{table} is no table of optinc that this module knows")
        self.group = group
        self.worker = dist.get_rank(group)
        self.workers = int(arrays["workers"])
        if dist.get_world_size(group) != self.workers:
            raise ValueError(f"{dist.get_world_size(group)} ranks for a circuit of {self.workers} workers")
        self.block = block
        self.bits = int(arrays["bits"])
        # What a code of this worker adds to the number of the row, and what this worker receives in each row.
        shares = arrays["shares"][arrays["share_of"][self.worker]]
        received = arrays["received"][arrays["received_of"][self.worker]]
        self.shares = torch.from_numpy(shares.astype(np.int32)).to(device)
        self.received = torch.from_numpy(received.astype(np.int64)).to(device)


def power_of_two(exponent):
    """2^exponent as float64, exactly: its bits are put together."""
    return ((exponent.to(torch.int64) + 1023) << 52).view(torch.float64)


def shared_exponents(blocks, circuit):
    """Smallest e of each block with |v| <= 2^e for all workers, -149 where all are 0, and more than 128 where one is not finite."""
    largest = blocks.abs().amax(dim=1)
    # largest = fraction 2^power with 1/2 <= fraction < 1: a power of two itself has the fraction 1/2.
    fraction, power = torch.frexp(largest)
    exponent = torch.where(fraction == 0.5, power - 1, power).to(torch.int32)
    exponent = torch.where(largest == 0, torch.full_like(exponent, -149), exponent)
    exponent = torch.where(torch.isfinite(largest), exponent, torch.full_like(exponent, 1000))
    # The largest over the workers is the one that covers all of them.
    dist.all_reduce(exponent, op=dist.ReduceOp.MAX, group=circuit.group)
    return exponent


def aggregate(gradient, circuit):
    """The mean of all ranks' gradients (any shape, floating point) as the circuit gives it to this rank; the same shape and type."""
    flat = gradient.reshape(-1)
    # Whole blocks, the last one filled up with zeros, which change no exponent. float32 has every float16 and bfloat16.
    padding = -len(flat) % circuit.block
    blocks = torch.nn.functional.pad(flat.float(), (0, padding)).reshape(-1, circuit.block)
    exponent = shared_exponents(blocks, circuit)
    # A block with a gradient that is not finite gives no numbers to any rank, as the sum of an all-reduce would.
    finite = exponent <= 128
    exponent = torch.where(finite, exponent, torch.zeros_like(exponent))
    one_bit = circuit.bits == 1
    largest_word = 2.0 ** (circuit.bits - 1) - 1
    if one_bit:
        # Two words, for what is below 0 and for the rest; a step is from -2^e to 2^e.
        code = (blocks >= 0).to(torch.int64)
        step, middle = 2 * power_of_two(exponent), 0.5
    else:
        # Quantize: word = floor(v s + z + 1/2); as a code, which counts from 0, z is the middle for words with and without sign.
        middle = 2.0 ** (circuit.bits - 1)
        scale = largest_word * power_of_two(-exponent)
        blocks = torch.where(finite[:, None], blocks, torch.zeros_like(blocks))
        code = torch.floor(blocks.double() * scale[:, None] + (middle + 0.5)).to(torch.int64)
        step = power_of_two(exponent) / largest_word
    # Symbols meet as light and add up; so do their shares in the number of the row.
    row = circuit.shares[code]
    dist.all_reduce(row, op=dist.ReduceOp.SUM, group=circuit.group)
    # What the receivers of this worker read; 2^bits stands for no level.
    read = circuit.received[row.to(torch.int64)]
    # Dequantize: (word - z) step in float64, then to float32, then to the type of the gradient, never to infinity.
    value = (read.double() - middle) * step[:, None]
    value = value.clamp(-torch.finfo(torch.float32).max, torch.finfo(torch.float32).max).float()
    most = torch.finfo(gradient.dtype).max
    value = value.clamp(-most, most).to(gradient.dtype)
    lost = (read == 2**circuit.bits) | ~finite[:, None]
    value = torch.where(lost, torch.full_like(value, float("nan")), value)
    return value.reshape(-1)[: len(flat)].reshape(gradient.shape)


def hook(circuit, bucket):
    """For DistributedDataParallel.register_comm_hook(Circuit(), hook): each bucket is quantized in blocks of its own."""
    done = torch.futures.Future()
    done.set_result(aggregate(bucket.buffer(), circuit))
    return done
`;
}
