export {
  BARE,
  layLanes,
  placementGraph,
  type Segment,
  type Source,
  type Stage,
} from "./lanes.ts";
