/** Thousands apart by a space, as in the rest of the output. */
export function grouped(n: number): string {
  if (!Number.isInteger(n) || Math.abs(n) >= 1e15) return String(n);
  return String(n).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** `1 file`, `1 200 files` */
export function counted(n: number, one: string, several: string = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : several}`;
}

/** `8 s`, `1 min 8 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** As many digits as it takes to tell it from 100 %: `98.76 %`, `99.99986 %`. */
export function percent(share: number): string {
  if (share === 1) return "100 %";
  for (let digits = 2; digits < 12; digits++) {
    const text = (100 * share).toFixed(digits);
    if (Number(text) < 100) return `${Number(text)} %`;
  }
  return `${100 * share} %`;
}
