export {
  BARE,
  layLanes,
  type Segment,
  type Source,
  type Stage,
} from "./lanes.ts";
