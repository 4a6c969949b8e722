export {
  NOTHING,
  type Piece,
  type PlacedNeuron,
  type PlacedStation,
  type Placement,
  placeLanes,
  type Source,
  type Stage,
} from "./lanes.ts";
