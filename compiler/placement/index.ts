export {
  type End,
  floorOfStages,
  type LaidNeuron,
  type LaidStation,
  type Lanes,
  layLanes,
  NOTHING,
  type Piece,
  type Source,
  type Stage,
} from "./lanes.ts";
