/** Long work that pauses: each step says how far it is, the return value is the result. */
export type Steps<T> = Generator<Progress, T, void>;

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: "states" | "cells";
  readonly wrong: null;
}
