import { parentPort, workerData } from "node:worker_threads";
import { tryInputs } from "./round.ts";
import { allSubjects } from "./subjects/index.ts";

await tryInputs(workerData, allSubjects(), (news) => parentPort?.postMessage(news));
