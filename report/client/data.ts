import type { Circuit } from "../../netlist/index.ts";
import type { PlayerData } from "../player/player-data.ts";

/** What the page carries for its player; null where it has none. */
export async function readData(): Promise<{ readonly circuit: Circuit; readonly player: PlayerData } | null> {
  if (document.getElementById("player-data") === null) return null;
  const player: PlayerData = JSON.parse(textOf("player-data"));
  const circuit: Circuit = JSON.parse(await unpacked(textOf("circuit-data")));
  return { circuit, player };
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

async function unpacked(base64: string): Promise<string> {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  return await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
