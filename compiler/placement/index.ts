export {
  floorOfStages,
  type LaidNeuron,
  type LaidStation,
  layLanes,
  NOTHING,
  type Piece,
  type Source,
  type Stage,
} from "./lanes.ts";
