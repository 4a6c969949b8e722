import { andThen, andThenAsync, type Checked, placed, refused } from "../../dsl/index.ts";
import { bytesOfType, toFloat32 } from "../../training-sim/index.ts";
import { type GradientArray, nonFiniteFinding, sizeFinding } from "../../verify/index.ts";
import { dataBytes, displayName, readBytes } from "../files/read.ts";
import { openGradients } from "./gradient-files.ts";

/** The gradients of a .npy file for circuits of so many workers each, all of which must be finite. */
export async function readGradients(file: string, workers: readonly number[]): Promise<Checked<GradientArray>> {
  const opened = [...new Set(workers)].map((each) => openGradients([file], each, null));
  const found = opened.find(({ value }) => value === null) ?? opened[0]!;
  return await andThenAsync(found, async ({ rows, type, length }) =>
    andThen(await readBytes(file, dataBytes), (bytes) => {
      const { position } = rows[0]!;
      const wanted = rows.length * length * bytesOfType[type];
      // A copy, as numbers begin at an even address.
      const part = new Uint8Array(bytes.subarray(position, position + wanted));
      const name = displayName(file);
      if (part.length < wanted) {
        return refused(placed(sizeFinding("the file became shorter while it was read", true, name), null));
      }
      const gradients = { workers: rows.length, length, data: toFloat32(part, type) };
      const finding = nonFiniteFinding(gradients, name);
      return finding === null ? { value: gradients, diagnostics: [] } : refused(placed(finding, null));
    }),
  );
}
