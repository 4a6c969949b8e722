import type { Guide } from "./mesh/index.ts";
import type { Onn } from "./network/onn.ts";
import type { LayerContext, PhysicalContext } from "./physical-context.ts";

/**
 * A network of meshes whose values share one field per unit keeps its matrices: in every layer all lanes are made as
 * lossy as the worst, by waveguides that lose more, biases give as much less or more, and the receivers read what is left.
 * `sumFields` are those behind P. Returns the network, what its lanes need, and the least that is left of an output.
 */
export function padNetwork(
  onn: Onn,
  context: PhysicalContext,
  sumFields: readonly number[],
): { readonly onn: Onn; readonly context: PhysicalContext; readonly left: number } {
  /** Field on a lane over that in ideal light; of biases, over what their own field will be multiplied with. */
  const left = new Float64Array(onn.lanes).fill(1);
  const waiting = new Set(onn.biases.map(({ lane }) => lane));
  const biasFields = new Map(onn.biases.map(({ lane, field }) => [lane, field]));
  onn.inputs.forEach(({ lane, fieldPerUnit }, i) => {
    left[lane] = sumFields[i]! / fieldPerUnit;
  });
  const network = onn.layers.map((layer, l): LayerContext => {
    const placed = context.nets.network[l]!;
    let target = Number.POSITIVE_INFINITY;
    layer.blocks.forEach(({ lanes }, b) => {
      const { guides, factor } = placed.blocks[b]!;
      guides.forEach((guide, i) => {
        const lane = lanes[i]!;
        if (guide === null || waiting.has(lane)) return;
        target = Math.min(target, left[lane]! * guide.fieldFactor * factor);
      });
    });
    if (target === Number.POSITIVE_INFINITY) target = 1;
    const blocks = layer.blocks.map(({ lanes, rows }, b) => {
      const block = placed.blocks[b]!;
      const wanted = target / block.factor;
      const guides = block.guides.map((guide, i): Guide | null => {
        const lane = lanes[i]!;
        if (guide === null) return null;
        if (!waiting.delete(lane)) return { ...guide, fieldFactor: Math.min(guide.fieldFactor, wanted / left[lane]!) };
        biasFields.set(lane, (biasFields.get(lane)! * wanted) / (left[lane]! * guide.fieldFactor));
        return guide;
      });
      for (const lane of lanes.slice(0, rows)) left[lane] = target;
      return { ...block, guides };
    });
    layer.activations.forEach(({ lane }, a) => {
      left[lane] = left[lane]! * placed.neurons[a]!.before;
    });
    return { ...placed, blocks };
  });
  return {
    onn: {
      ...onn,
      inputs: onn.inputs.map((tap, i) => ({ ...tap, fieldPerUnit: sumFields[i]! })),
      biases: onn.biases.map(({ lane }) => ({ lane, field: biasFields.get(lane)! })),
      outputs: onn.outputs.map((tap) => ({ ...tap, fieldPerUnit: tap.fieldPerUnit * left[tap.lane]! })),
    },
    context: { ...context, nets: { ...context.nets, network } },
    left: onn.outputs.reduce((least, { lane }) => Math.min(least, left[lane]!), 1),
  };
}
