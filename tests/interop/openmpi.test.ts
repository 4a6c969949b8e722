import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeSchedule, findAlgorithm } from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { randomWords } from "../collectives/words.ts";

const directory = mkdtempSync(join(tmpdir(), "optinc-mpi-"));
const binary = join(directory, "allreduce");

beforeAll(() => {
  const source = new URL("allreduce.c", import.meta.url).pathname;
  const { status, stderr } = spawnSync("mpicc", ["-O1", "-o", binary, source], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Numbers of Open MPI's tuned component (coll_tuned_allreduce_algorithm). */
const tuned = { ring: 4, "recursive-doubling": 3, "halving-doubling": 6 } as const;

/** Every process's result, by rank. */
function mpiAllReduce(algorithm: keyof typeof tuned, rows: readonly Float64Array[]): readonly (readonly bigint[])[] {
  const length = rows[0]!.length;
  const file = join(directory, "rows.bin");
  writeFileSync(file, new Uint8Array(BigInt64Array.from(rows.flatMap((row) => [...row].map(BigInt))).buffer));
  const { status, stderr } = spawnSync(
    "mpirun",
    [
      ...["-np", `${rows.length}`, "--oversubscribe", "--allow-run-as-root", "--mca", "mpi_yield_when_idle", "1"],
      ...["--mca", "btl", "self,vader,tcp", "--mca", "btl_vader_single_copy_mechanism", "none"],
      ...["--mca", "coll", "tuned,basic,libnbc,inter,self", "--mca", "coll_tuned_use_dynamic_rules", "1"],
      ...["--mca", "coll_tuned_allreduce_algorithm", `${tuned[algorithm]}`],
      ...[binary, file, `${length}`],
    ],
    { encoding: "utf8", timeout: 60_000 },
  );
  expect(status, stderr).toBe(0);
  return rows.map((_, rank) => {
    const bytes = readFileSync(`${file}.${rank}`);
    rmSync(`${file}.${rank}`);
    return [...new BigInt64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))];
  });
}

describe("Open MPI's MPI_Allreduce on real processes", () => {
  it.each([
    ["ring", 2, 10],
    ["ring", 5, 37],
    ["ring", 8, 1000],
    ["recursive-doubling", 6, 37],
    ["halving-doubling", 4, 64],
    ["halving-doubling", 7, 129],
    ["halving-doubling", 8, 1000],
  ] as const)("%s of %i processes agrees with our schedule on %i integers", (name, workers, length) => {
    const rows = randomWords(workers, length, 32, true, workers * length);
    const schedule = findAlgorithm(name)!.build(defaultCluster(workers), workers, length, 64);
    const ours = executeSchedule(schedule, rows).buffers;
    const theirs = mpiAllReduce(name, rows);
    expect(theirs).toHaveLength(workers);
    ours.forEach((buffer, rank) => {
      expect(theirs[rank]).toEqual([...buffer].map(BigInt));
    });
  });
});
