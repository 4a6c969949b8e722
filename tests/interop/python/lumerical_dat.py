import sys

sys.path.append(sys.path.pop(0))
import numpy as np
import sax

from common import run


def matrix(path, job):
    frame = sax.parsers.parse_lumerical_dat(path.read_text())
    found = np.zeros((job["rows"], job["cols"]), complex)
    for row in frame.itertuples():
        to, source = int(row.port_out.split("_")[-1]), int(row.port_in.split("_")[-1])
        if source <= job["cols"] < to:
            found[to - 1 - job["cols"], source - 1] = row.amp * np.exp(1j * row.phi)
    return found


run(f"lumerical .dat through sax {sax.__version__}", matrix)
