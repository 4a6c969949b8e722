export { aggregateTable } from "./gradients";
export { readFields, readLevels, runSteps } from "./light";
