// Matrix products of T = f32 or f64 on register tiles of 4 rows and 32 bytes (8 f32 or 4 f64 columns): 8 accumulators, 2 vectors of
// b, 4 splats of a and a product fill the 15 vector registers that V8 hands out on x86-64, in whatever order it computes. b is
// packed into panels of that width first, so that the inner loop reads one stream and strides of a power of two cause no cache
// conflicts. Every sum runs over k in order, in one accumulator: the result depends neither on the tile position nor on the thread.

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
  multiply<T>(a, <usize>lda * sizeof<T>(), sizeof<T>(), packed, c, <usize>ldc * sizeof<T>(), m, n, k, scratch);
}

/** c (m x n, `ldc`) = transpose of a (k x m, `lda`) * packed; `scratch` holds 128 bytes. */
export function multiplyColumns<T>(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  multiply<T>(a, sizeof<T>(), <usize>lda * sizeof<T>(), packed, c, <usize>ldc * sizeof<T>(), m, n, k, scratch);
}

/** `row` and `term` are bytes from a number of a to the next one of its column and of its row; `rowC` those of a row of c. */
function multiply<T>(a: usize, row: usize, term: usize, packed: usize, c: usize, rowC: usize, m: i32, n: i32, k: i32, scratch: usize): void {
  const whole = m & ~3;
  for (let j = 0; j < n; j += columns<T>()) {
    const width = min(columns<T>(), n - j);
    const to = c + (<usize>j * sizeof<T>());
    let i = 0;
    if (width == columns<T>()) {
      tiles<T>(a, row, 2 * row, 3 * row, term, whole, packed, k, to, rowC);
      i = whole;
    }
    for (; i < m; i += 4) {
      // Rows beyond the edge repeat the last one; they are computed and thrown away.
      const last = min(4, m - i) - 1;
      tiles<T>(a + <usize>i * row, row * min(1, last), row * min(2, last), row * last, term, 4, packed, k, scratch, 32);
      copyTile<T>(scratch, to + <usize>i * rowC, rowC, last + 1, width);
    }
    packed += <usize>k << 5;
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

/** Tiles below each other, of `rows` rows together; the other rows of a tile start `r1`, `r2` and `r3` bytes behind its first. */
function tiles<T>(a: usize, r1: usize, r2: usize, r3: usize, term: usize, rows: i32, packed: usize, k: i32, c: usize, rowC: usize): void {
  const end = packed + (<usize>k << 5);
  for (; rows > 0; rows -= 4, a += r1 << 2) {
    let c00 = v128.splat<T>(<T>0), c01 = v128.splat<T>(<T>0), c10 = v128.splat<T>(<T>0), c11 = v128.splat<T>(<T>0);
    let c20 = v128.splat<T>(<T>0), c21 = v128.splat<T>(<T>0), c30 = v128.splat<T>(<T>0), c31 = v128.splat<T>(<T>0);
    let a0 = a, a1 = a + r1, a2 = a + r2, a3 = a + r3;
    for (let b = packed; b != end; b += PANEL) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let s = v128.load_splat<T>(a0); c00 = accumulate<T>(c00, s, b0); c01 = accumulate<T>(c01, s, b1);
      s = v128.load_splat<T>(a1); c10 = accumulate<T>(c10, s, b0); c11 = accumulate<T>(c11, s, b1);
      s = v128.load_splat<T>(a2); c20 = accumulate<T>(c20, s, b0); c21 = accumulate<T>(c21, s, b1);
      s = v128.load_splat<T>(a3); c30 = accumulate<T>(c30, s, b0); c31 = accumulate<T>(c31, s, b1);
      a0 += term; a1 += term; a2 += term; a3 += term;
    }
    storeRow(c, c00, c01); storeRow(c + rowC, c10, c11); storeRow(c + 2 * rowC, c20, c21); storeRow(c + 3 * rowC, c30, c31);
    c += 4 * rowC;
  }
}

// @ts-expect-error: decorator
@inline
function storeRow(c: usize, first: v128, second: v128): void {
  v128.store(c, first);
  v128.store(c, second, 16);
}
