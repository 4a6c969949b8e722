export { base64 } from "./base64.ts";
export { type CsvCell, csvLine, csvText, parseCsv } from "./csv.ts";
export type { AxisPlan } from "./drawing/axis.ts";
export { barPanel, type PlotBar } from "./drawing/bars.ts";
export { linePanel, type PlotLine } from "./drawing/lines.ts";
export {
  escaped,
  fixed,
  label,
  notePanel,
  type Panel,
  picture,
  picturesBelowEachOther,
  svgDocument,
  theme,
} from "./drawing/svg.ts";
export { float16Of } from "./float16.ts";
export { type Fields, fits, isFields, listOf, oneOf, type Shape } from "./json.ts";
export {
  float32Array,
  float64Array,
  int64Array,
  type NpyArray,
  type NpyHeader,
  npyBytes,
  npyHeader,
  npzBytes,
  parseNpyHeader,
  textArray,
  unsignedArray,
} from "./numpy.ts";
export { parquet, type TypedTable } from "./parquet.ts";
export { bytesField, delimited, doubleField, message, packedField, textField, varintField } from "./protobuf.ts";
export { type Columns, cellsOf, headedTable, textTable } from "./text-table.ts";
