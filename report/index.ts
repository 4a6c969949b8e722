export type { Table } from "./page/table.ts";
export { type Anchor, anchorText, parseAnchor } from "./player/anchor.ts";
export { type Comparator, comparatorSteps, decisionsIn } from "./player/comparators.ts";
export type { PlayerData } from "./player/player-data.ts";
export { symbolsOf } from "./player/reading.ts";
export { traceLight } from "./player/trace.ts";
export { type WeakestInput, weakestInputSteps } from "./player/weakest-input.ts";
export { type PageAssets, type ReportFigure, type ReportInput, reportPage } from "./report.ts";
