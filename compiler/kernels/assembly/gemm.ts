// Matrix products of T = f32 or f64 on register tiles of 4 rows and 32 bytes (8 f32 or 4 f64 columns): 8 accumulators, 2 vectors of
// b, 4 splats of a and a product fill the 15 vector registers that V8 hands out on x86-64, in whatever order it computes. b is
// packed into panels of that width first, so that the inner loop reads one stream and strides of a power of two cause no cache
// conflicts. Every sum runs over k in order, in one accumulator: the result depends neither on the tile position nor on the thread.
// Each term of the unrolled loops ends in a branch: within one block V8 would load what all four terms need first, and spill.

/** Bytes of a panel's row. */
const PANEL: usize = 32;

/** Columns of a panel. */
// @ts-expect-error: decorator
@inline
function columns<T>(): i32 {
  return <i32>(PANEL / sizeof<T>());
}

/** Packs b (k x n, row-major, `ld` numbers a row) into panels, zero-padded. */
export function packRows<T>(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld * sizeof<T>();
  for (let j = 0; j < n; j += columns<T>()) {
    const width = n - j;
    let from = b + (<usize>j * sizeof<T>());
    if (width >= columns<T>()) {
      for (let p = 0; p < k; p++) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
        from += stride;
        out += 32;
      }
    } else {
      for (let p = 0; p < k; p++) {
        for (let c = 0; c < columns<T>(); c++) {
          store<T>(out + (<usize>c * sizeof<T>()), c < width ? load<T>(from + (<usize>c * sizeof<T>())) : <T>0);
        }
        from += stride;
        out += 32;
      }
    }
  }
}

/** Packs the transpose of b (n x k, row-major, `ld` numbers a row) into panels, zero-padded. */
export function packColumns<T>(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld * sizeof<T>();
  for (let j = 0; j < n; j += columns<T>()) {
    for (let c = 0; c < columns<T>(); c++) {
      let to = out + (<usize>c * sizeof<T>());
      if (j + c < n) {
        let from = b + <usize>(j + c) * stride;
        for (let p = 0; p < k; p++) {
          store<T>(to, load<T>(from));
          from += sizeof<T>();
          to += 32;
        }
      } else {
        for (let p = 0; p < k; p++) {
          store<T>(to, <T>0);
          to += 32;
        }
      }
    }
    out += <usize>k << 5;
  }
}

/** c (m x n, `ldc`) = a (m x k, `lda`) * packed; `scratch` holds 128 bytes. */
export function multiplyRows<T>(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda * sizeof<T>();
  const rowC = <usize>ldc * sizeof<T>();
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += columns<T>()) {
    const width = min(columns<T>(), n - j);
    for (let i = 0; i < m; i += 4) {
      const height = min(4, m - i);
      const from = a + <usize>i * rowA;
      const to = c + <usize>i * rowC + (<usize>j * sizeof<T>());
      // Rows beyond the edge repeat the last one; they are computed and thrown away.
      const last = height - 1;
      const whole = height == 4 && width == columns<T>();
      tileOfRows<T>(from, from + rowA * min(1, last), from + rowA * min(2, last), from + rowA * last,
        packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile<T>(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

/** c (m x n, `ldc`) = transpose of a (k x m, `lda`) * packed; `scratch` holds 128 bytes. May read three numbers behind a. */
export function multiplyColumns<T>(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda * sizeof<T>();
  const rowC = <usize>ldc * sizeof<T>();
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += columns<T>()) {
    const width = min(columns<T>(), n - j);
    for (let i = 0; i < m; i += 4) {
      const height = min(4, m - i);
      const to = c + <usize>i * rowC + (<usize>j * sizeof<T>());
      const whole = height == 4 && width == columns<T>();
      tileOfColumns<T>(a + (<usize>i * sizeof<T>()), rowA, packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile<T>(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

function copyTile<T>(from: usize, to: usize, rowC: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      store<T>(to + <usize>i * rowC + (<usize>j * sizeof<T>()), load<T>(from + (<usize>(i * columns<T>() + j) * sizeof<T>())));
    }
  }
}

// @ts-expect-error: decorator
@inline
function accumulate<T>(sum: v128, a: v128, b: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

function tileOfRows<T>(a0: usize, a1: usize, a2: usize, a3: usize, b: usize, k: i32, c: usize, rowC: usize): void {
  let c00 = v128.splat<T>(<T>0), c01 = v128.splat<T>(<T>0), c10 = v128.splat<T>(<T>0), c11 = v128.splat<T>(<T>0);
  let c20 = v128.splat<T>(<T>0), c21 = v128.splat<T>(<T>0), c30 = v128.splat<T>(<T>0), c31 = v128.splat<T>(<T>0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  while (b != end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load_splat<T>(a0); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a1); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a2); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a3); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    if (b == end - 32) break;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load_splat<T>(a0, sizeof<T>()); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a1, sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a2, sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a3, sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    if (b == end - 64) break;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80);
    s = v128.load_splat<T>(a0, 2 * sizeof<T>()); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a1, 2 * sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a2, 2 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a3, 2 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    if (b == end - 96) break;
    b0 = v128.load(b, 96); b1 = v128.load(b, 112);
    s = v128.load_splat<T>(a0, 3 * sizeof<T>()); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a1, 3 * sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a2, 3 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a3, 3 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    a0 += 4 * sizeof<T>(); a1 += 4 * sizeof<T>(); a2 += 4 * sizeof<T>(); a3 += 4 * sizeof<T>();
    b += 128;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += rowC;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += rowC;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += rowC;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

function tileOfColumns<T>(a: usize, rowA: usize, b: usize, k: i32, c: usize, rowC: usize): void {
  let c00 = v128.splat<T>(<T>0), c01 = v128.splat<T>(<T>0), c10 = v128.splat<T>(<T>0), c11 = v128.splat<T>(<T>0);
  let c20 = v128.splat<T>(<T>0), c21 = v128.splat<T>(<T>0), c30 = v128.splat<T>(<T>0), c31 = v128.splat<T>(<T>0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  while (b != end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load_splat<T>(a); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a, sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a, 2 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a, 3 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    a += rowA;
    if (b == end - 32) break;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load_splat<T>(a); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a, sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a, 2 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a, 3 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    a += rowA;
    if (b == end - 64) break;
    b0 = v128.load(b, 64); b1 = v128.load(b, 80);
    s = v128.load_splat<T>(a); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a, sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a, 2 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a, 3 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    a += rowA;
    if (b == end - 96) break;
    b0 = v128.load(b, 96); b1 = v128.load(b, 112);
    s = v128.load_splat<T>(a); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
    s = v128.load_splat<T>(a, sizeof<T>()); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
    s = v128.load_splat<T>(a, 2 * sizeof<T>()); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
    s = v128.load_splat<T>(a, 3 * sizeof<T>()); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
    a += rowA;
    b += 128;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += rowC;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += rowC;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += rowC;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}
