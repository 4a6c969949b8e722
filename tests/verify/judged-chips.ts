import type { Circuit } from "../../netlist/index.ts";
import { phaseQuestion, yieldSteps } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

/** How many chips with phase errors are shown to read every word right, by the states of the certificate. */
export function goodByStates(circuit: Circuit, sigmaRad: number, chips: number, seed: number): number {
  return finish(yieldSteps(circuit, phaseQuestion(sigmaRad, seed), chips)).good;
}

/** How many of the same chips read right what is sent through every device. */
export function goodByWords(circuit: Circuit, sigmaRad: number, chips: number, seed: number): number {
  return goodByStates({ ...circuit, certificate: null }, sigmaRad, chips, seed);
}
