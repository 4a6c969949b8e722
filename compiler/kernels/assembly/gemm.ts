// f32 matrix products on 5 x 8 register tiles: 10 accumulators, 2 vectors of b and 1 splat of a fill the 16 vector
// registers of x86-64 without spilling. b is packed into panels of 8 columns first, so that the inner loop reads one
// stream and strides of a power of two cause no cache conflicts. Every sum runs over k in order, in one accumulator:
// the result depends neither on the tile position nor on the thread.

/** Bytes needed to pack a k x n matrix. */
export function packedBytes(k: i32, n: i32): usize {
  return (<usize>((n + 7) >> 3) * <usize>k) << 5;
}

/** Packs b (k x n, row-major, `ld` floats a row) into panels of 8 columns, zero-padded. */
export function packRows(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld << 2;
  for (let j = 0; j < n; j += 8) {
    const width = n - j;
    let from = b + ((<usize>j) << 2);
    if (width >= 8) {
      for (let p = 0; p < k; p++) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
        from += stride;
        out += 32;
      }
    } else {
      for (let p = 0; p < k; p++) {
        for (let c = 0; c < 8; c++) {
          store<f32>(out + ((<usize>c) << 2), c < width ? load<f32>(from + ((<usize>c) << 2)) : 0);
        }
        from += stride;
        out += 32;
      }
    }
  }
}

/** Packs the transpose of b (n x k, row-major, `ld` floats a row) into panels of 8 columns, zero-padded. */
export function packColumns(b: usize, ld: i32, k: i32, n: i32, out: usize): void {
  const stride = <usize>ld << 2;
  for (let j = 0; j < n; j += 8) {
    for (let c = 0; c < 8; c++) {
      let to = out + ((<usize>c) << 2);
      if (j + c < n) {
        let from = b + <usize>(j + c) * stride;
        for (let p = 0; p < k; p++) {
          store<f32>(to, load<f32>(from));
          from += 4;
          to += 32;
        }
      } else {
        for (let p = 0; p < k; p++) {
          store<f32>(to, 0);
          to += 32;
        }
      }
    }
    out += <usize>k << 5;
  }
}

/** c (m x n, `ldc`) = a (m x k, `lda`) * packed; `scratch` holds 160 bytes. */
export function multiplyRows(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda << 2;
  const rowC = <usize>ldc << 2;
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += 8) {
    const width = min(8, n - j);
    for (let i = 0; i < m; i += 5) {
      const height = min(5, m - i);
      const from = a + <usize>i * rowA;
      const to = c + <usize>i * rowC + ((<usize>j) << 2);
      // Rows beyond the edge repeat the last one; they are computed and thrown away.
      const last = height - 1;
      const whole = height == 5 && width == 8;
      tileOfRows(from, from + rowA * min(1, last), from + rowA * min(2, last), from + rowA * min(3, last), from + rowA * last,
        packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

/** c (m x n, `ldc`) = transpose of a (k x m, `lda`) * packed; `scratch` holds 160 bytes. May read 16 bytes behind a. */
export function multiplyColumns(a: usize, lda: i32, packed: usize, c: usize, ldc: i32, m: i32, n: i32, k: i32, scratch: usize): void {
  const rowA = <usize>lda << 2;
  const rowC = <usize>ldc << 2;
  const panel = <usize>k << 5;
  for (let j = 0; j < n; j += 8) {
    const width = min(8, n - j);
    for (let i = 0; i < m; i += 5) {
      const height = min(5, m - i);
      const to = c + <usize>i * rowC + ((<usize>j) << 2);
      const whole = height == 5 && width == 8;
      tileOfColumns(a + ((<usize>i) << 2), rowA, packed, k, whole ? to : scratch, whole ? rowC : 32);
      if (!whole) copyTile(scratch, to, rowC, height, width);
    }
    packed += panel;
  }
}

function copyTile(from: usize, to: usize, rowC: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      store<f32>(to + <usize>i * rowC + ((<usize>j) << 2), load<f32>(from + ((<usize>(i * 8 + j)) << 2)));
    }
  }
}

// @ts-expect-error: decorator
@inline
function accumulate(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

function tileOfRows(a0: usize, a1: usize, a2: usize, a3: usize, a4: usize, b: usize, k: i32, c: usize, rowC: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0), c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0), c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  const end4 = b + (<usize>(k & ~3) << 5);
  while (b < end4) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load32_splat(a0, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a1, 0); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a2, 0); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a3, 0); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a4, 0); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load32_splat(a0, 4); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a1, 4); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a2, 4); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a3, 4); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a4, 4); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 64); b1 = v128.load(b, 80);
    s = v128.load32_splat(a0, 8); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a1, 8); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a2, 8); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a3, 8); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a4, 8); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    b0 = v128.load(b, 96); b1 = v128.load(b, 112);
    s = v128.load32_splat(a0, 12); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a1, 12); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a2, 12); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a3, 12); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a4, 12); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16;
    b += 128;
  }
  while (b < end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load32_splat(a0, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a1, 0); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a2, 0); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a3, 0); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a4, 0); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4;
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
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0), c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0), c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let b0: v128, b1: v128, s: v128;
  const end = b + (<usize>k << 5);
  const end2 = b + (<usize>(k & ~1) << 5);
  while (b < end2) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load32_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a, 4); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a, 8); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a, 12); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a, 16); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a += rowA;
    b0 = v128.load(b, 32); b1 = v128.load(b, 48);
    s = v128.load32_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a, 4); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a, 8); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a, 12); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a, 16); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
    a += rowA;
    b += 64;
  }
  if (b < end) {
    b0 = v128.load(b, 0); b1 = v128.load(b, 16);
    s = v128.load32_splat(a, 0); c00 = accumulate(c00, s, b0); c01 = accumulate(c01, s, b1);
    s = v128.load32_splat(a, 4); c10 = accumulate(c10, s, b0); c11 = accumulate(c11, s, b1);
    s = v128.load32_splat(a, 8); c20 = accumulate(c20, s, b0); c21 = accumulate(c21, s, b1);
    s = v128.load32_splat(a, 12); c30 = accumulate(c30, s, b0); c31 = accumulate(c31, s, b1);
    s = v128.load32_splat(a, 16); c40 = accumulate(c40, s, b0); c41 = accumulate(c41, s, b1);
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
