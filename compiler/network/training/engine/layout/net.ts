// Fields of a network, in bytes from its start; pointers unless said. Like all of layout/ read by TypeScript, which fills the
// fields, and by AssemblyScript, which reads them.

/** i32 */
export const layers = 0;
/** i32 */
export const batch = 4;
/** i32 */
export const shardRows = 8;
export const layerTable = 12;
export const form = 16;
export const sampler = 20;
/** First shard and the bytes from one to the next. */
export const shards = 24;
export const shardStride = 28;
export const tasks = 32;
/** i32 */
export const taskCount = 36;
/** u32 */
export const step = 40;
/** f32, Adam's, in this order. */
export const rate = 44;
export const epsilon = 48;
export const beta1 = 52;
export const beta2 = 56;
/** u32, evaluation: first vector and number of vectors. */
export const first = 60;
export const count = 64;
export const results = 68;
/** i32, of the outputs. */
export const width = 72;
/** i32, how many shards there are. */
export const shardCount = 76;
export const BYTES = 80;

/** What a team runs on a network. */
export const TRAIN = 1;
export const EVALUATE = 2;
