import { aggregateBlock } from "./aggregate.ts";
import { clusterRow } from "./cluster.ts";
import type { BlockRow } from "./row.ts";
import { studyRow } from "./study.ts";
import { trainingRow } from "./training.ts";

/** Everything a spec file can say: what the reader, the formatter, the reference, the pages and nearest names read. */
export const language: readonly BlockRow[] = [aggregateBlock, clusterRow, trainingRow, studyRow];
