"""Runs the checker of proofs on many circuits, in one process.

python proof_checker.py FOLDER: FOLDER/jobs.json lists {name, circuit, log}; FOLDER/verdicts.json gets
{name, code, text} of each, and what the program in FOLDER/exported says of itself.
"""
import contextlib
import importlib.util
import io
import json
import re
import subprocess
import sys
from pathlib import Path

folder = Path(sys.argv[1])
jobs = json.loads((folder / "jobs.json").read_text())
spec = importlib.util.spec_from_file_location("check_proof", Path(__file__).parents[3] / "proof/check_proof.py")
checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checker)
verdicts = []
for job in jobs:
    text = io.StringIO()
    sys.argv = ["check_proof.py", str(folder / job["circuit"])]
    if job["log"] is not None:
        sys.argv += ["--log", str(folder / job["log"])]
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        code = checker.main()
    verdicts.append({"name": job["name"], "code": code, "text": text.getvalue()})
# What a user gets, as its README.md says.
exported = folder / "exported"
command = [sys.executable, "check_proof.py", "circuit.json", "--log", "proof.json"]
ran = subprocess.run(command, cwd=exported, capture_output=True, text=True)
readme = (exported / "README.md").read_text()
assert " ".join(command[1:]) in readme, readme
needs = re.search(r"pip install (.*)", readme)[1].split()
answer = {"verdicts": verdicts, "exported": {"needs": needs, "code": ran.returncode, "text": ran.stdout + ran.stderr}}
(folder / "verdicts.json").write_text(json.dumps(answer))
