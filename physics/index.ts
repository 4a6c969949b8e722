export { dbm, decibelsOfField, decibelsOfPower, fieldRatio, powerRatio } from "./decibels.ts";
export { type Detection, type DetectionNoise, errorOfQ, noiseOfHomodyne, qOfError } from "./noise.ts";
