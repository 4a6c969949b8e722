/** The same training step in plain JavaScript on typed arrays, straightforward loops: the peer that needs nothing. */
export interface PlainStep {
  run(inputs: Float32Array, targets: Float32Array): number;
}

export function plainStep(widths: readonly number[], batch: number, rate: number): PlainStep {
  const layers = widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!;
    const count = outputs * (inputs + 1);
    const parameters = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * Math.sqrt(2 / inputs));
    return {
      inputs,
      outputs,
      parameters,
      gradient: new Float32Array(count),
      m: new Float32Array(count),
      v: new Float32Array(count),
      y: new Float32Array(batch * outputs),
      delta: new Float32Array(batch * outputs),
    };
  });
  let power1 = 1;
  let power2 = 1;
  return {
    run: (inputs, targets) => {
      let x = inputs;
      layers.forEach((layer, l) => {
        const { parameters: p, y } = layer;
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < layer.outputs; i++) {
            let sum = p[layer.outputs * layer.inputs + i]!;
            const row = i * layer.inputs;
            for (let j = 0; j < layer.inputs; j++) sum += p[row + j]! * x[b * layer.inputs + j]!;
            y[b * layer.outputs + i] = l < layers.length - 1 && sum < 0 ? 0 : sum;
          }
        }
        x = y;
      });
      let loss = 0;
      const last = layers.at(-1)!;
      for (let i = 0; i < last.y.length; i++) {
        const e = last.y[i]! - targets[i]!;
        loss += e * e;
        last.delta[i] = (2 * e) / batch;
      }
      power1 *= 0.9;
      power2 *= 0.999;
      for (let l = layers.length - 1; l >= 0; l--) {
        const layer = layers[l]!;
        const below = layers[l - 1];
        const source = below?.y ?? inputs;
        const { gradient, delta, parameters } = layer;
        gradient.fill(0);
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < layer.outputs; i++) {
            const d = delta[b * layer.outputs + i]!;
            if (d === 0) continue;
            const row = i * layer.inputs;
            for (let j = 0; j < layer.inputs; j++) gradient[row + j]! += d * source[b * layer.inputs + j]!;
            gradient[layer.outputs * layer.inputs + i]! += d;
          }
        }
        if (below !== undefined) {
          below.delta.fill(0);
          for (let b = 0; b < batch; b++) {
            for (let i = 0; i < layer.outputs; i++) {
              const d = delta[b * layer.outputs + i]!;
              if (d === 0) continue;
              const row = i * layer.inputs;
              for (let j = 0; j < layer.inputs; j++) below.delta[b * layer.inputs + j]! += d * parameters[row + j]!;
            }
          }
          for (let i = 0; i < below.delta.length; i++) if (!(below.y[i]! > 0)) below.delta[i] = 0;
        }
        const { m, v } = layer;
        for (let i = 0; i < gradient.length; i++) {
          const g = gradient[i]!;
          m[i] = 0.9 * m[i]! + 0.1 * g;
          v[i] = 0.999 * v[i]! + 0.001 * g * g;
          parameters[i]! -= (rate * m[i]!) / (1 - power1) / (Math.sqrt(v[i]! / (1 - power2)) + 1e-8);
        }
      }
      return loss / batch;
    },
  };
}

/** c = a b^T, rows of both contiguous, 4 x 2 outputs at a time. */
export function plainProduct(a: Float32Array, b: Float32Array, m: number, n: number, k: number): Float32Array {
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i += 4) {
    for (let j = 0; j < n; j += 2) {
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let p = 0; p < k; p++) {
        const x = b[j * k + p]!;
        const y = b[(j + 1) * k + p]!;
        const a0 = a[i * k + p]!;
        const a1 = a[(i + 1) * k + p]!;
        const a2 = a[(i + 2) * k + p]!;
        const a3 = a[(i + 3) * k + p]!;
        s00 += a0 * x;
        s01 += a0 * y;
        s10 += a1 * x;
        s11 += a1 * y;
        s20 += a2 * x;
        s21 += a2 * y;
        s30 += a3 * x;
        s31 += a3 * y;
      }
      c[i * n + j] = s00;
      c[i * n + j + 1] = s01;
      c[(i + 1) * n + j] = s10;
      c[(i + 1) * n + j + 1] = s11;
      c[(i + 2) * n + j] = s20;
      c[(i + 2) * n + j + 1] = s21;
      c[(i + 3) * n + j] = s30;
      c[(i + 3) * n + j + 1] = s31;
    }
  }
  return c;
}
