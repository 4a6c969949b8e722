// f64 matrix products: the tiles of gemm.ts, 5 x 4.

/** Bytes needed to pack a k x n matrix. */
export function packedBytes64(k: i32, n: i32): usize {
  return (<usize>((n + 3) >> 2) * <usize>k) << 5;
}

/** Packs b (k x n, row-major, `ld` numbers a row) into panels of 4 columns, zero-padded. */
export function packRows64(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld << 3;
  for (let j = 0; j < n; j += 4) {
    const width = n - j;
    let from = b + ((<usize>j) << 3);
    if (width >= 4) {
      for (let p = 0; p < k; p++) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
        from += stride;
        out += 32;
      }
    } else {
      for (let p = 0; p < k; p++) {
        for (let c = 0; c < 4; c++) {
          store<f64>(out + ((<usize>c) << 3), c < width ? load<f64>(from + ((<usize>c) << 3)) : 0);
        }
        from += stride;
        out += 32;
      }
    }
  }
}

/** Packs the transpose of b (n x k, row-major, `ld` numbers a row) into panels of 4 columns, zero-padded. */
export function packColumns64(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld << 3;
  for (let j = 0; j < n; j += 4) {
    for (let c = 0; c < 4; c++) {
      let to = out + ((<usize>c) << 3);
      if (j + c < n) {
        let from = b + <usize>(j + c) * stride;
        for (let p = 0; p < k; p++) {
          store<f64>(to, load<f64>(from));
          from += 8;
          to += 32;
        }
      } else {
        for (let p = 0; p < k; p++) {
          store<f64>(to, 0);
          to += 32;
        }
      }
    }
    out += <usize>k << 5;
  }
}

/** c (m x n, `ldc`) = a (m x k, `lda`) * packed; `scratch` holds 160 bytes. */
export function multiplyRows64(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda << 3;
  const rowC = <usize>ldc << 3;
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += 4) {
    const width = min(4, n - j);
    for (let i = 0; i < m; i += 5) {
      const height = min(5, m - i);
      const from = a + <usize>i * rowA;
      const to = c + <usize>i * rowC + ((<usize>j) << 3);
      // Rows beyond the edge repeat the last one; they are computed and thrown away.
      const last = height - 1;
      const whole = height == 5 && width == 4;
      tileOfRows(from, from + rowA * min(1, last), from + rowA * min(2, last), from + rowA * min(3, last), from + rowA * last,
        packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

/** c (m x n, `ldc`) = transpose of a (k x m, `lda`) * packed; `scratch` holds 160 bytes. May read 32 bytes behind a. */
export function multiplyColumns64(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda << 3;
  const rowC = <usize>ldc << 3;
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += 4) {
    const width = min(4, n - j);
    for (let i = 0; i < m; i += 5) {
      const height = min(5, m - i);
      const to = c + <usize>i * rowC + ((<usize>j) << 3);
      const whole = height == 5 && width == 4;
      tileOfColumns(a + ((<usize>i) << 3), rowA, packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

function copyTile(from: usize, to: usize, rowC: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      store<f64>(to + <usize>i * rowC + ((<usize>j) << 3), load<f64>(from + ((<usize>(i * 4 + j)) << 3)));
    }
  }
}

// @ts-expect-error: decorator
@inline
function accumulate(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b));
}

function tileOfRows(a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, b: usize, k: i32, c: usize, rowC: usize): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0), c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0), c40 = f64x2.splat(0), c41 = f64x2.splat(0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  const end4 = b + (<usize>(k & ~3) << 5);
  while (b < end4) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load64_splat(a0, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a1, 0); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a2, 0); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a3, 0); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a4, 0); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load64_splat(a0, 8); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a1, 8); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a2, 8); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a3, 8); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a4, 8); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 64); b1 = v128.load(b, 80);
    s = v128.load64_splat(a0, 16); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a1, 16); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a2, 16); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a3, 16); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a4, 16); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 96); b1 = v128.load(b, 112);
    s = v128.load64_splat(a0, 24); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a1, 24); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a2, 24); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a3, 24); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a4, 24); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a0 += 32; a1 += 32; a2 += 32; a3 += 32; a4 += 32;
    b += 128;
  }
  while (b < end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load64_splat(a0, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a1, 0); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a2, 0); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a3, 0); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a4, 0); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a0 += 8; a1 += 8; a2 += 8; a3 += 8; a4 += 8;
    b += 32;
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
  c += rowC;
  v128.store(c, c40);
  v128.store(c, c41, 16);
}

function tileOfColumns(a: usize, rowA: usize, b: usize, k: i32, c: usize, rowC: usize): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0), c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0), c40 = f64x2.splat(0), c41 = f64x2.splat(0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  const end2 = b + (<usize>(k & ~1) << 5);
  while (b < end2) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load64_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a, 8); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a, 16); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a, 24); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a, 32); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a += rowA;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load64_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a, 8); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a, 16); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a, 24); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a, 32); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a += rowA;
    b += 64;
  }
  if (b < end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load64_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load64_splat(a, 8); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load64_splat(a, 16); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load64_splat(a, 24); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load64_splat(a, 32); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
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
  c += rowC;
  v128.store(c, c40);
  v128.store(c, c41, 16);
}
