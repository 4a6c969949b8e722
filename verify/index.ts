export { type Finding, verifyCodes } from "./codes.ts";
export { type JUnitCase, junitXml } from "./junit.ts";
export { checkWorkers, type GradientArray, type NpyReading, readNpy, writeNpy } from "./npy.ts";
export {
  type AggregationError,
  aggregationError,
  dequantize,
  floatMean,
  type QuantizedGradients,
  quantizeBlocks,
  stepSize,
} from "./quantize.ts";
export {
  decodeSymbols,
  decodeWords,
  encodeWord,
  encodeWords,
  type MeanRule,
  quantizeSum,
  quantizeSums,
  referenceWord,
  referenceWords,
  symbolWidths,
  type WordFormat,
  wordRange,
} from "./reference.ts";
