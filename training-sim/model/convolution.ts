import { type Tape, type Tensor, tensor } from "./tape.ts";

/** Images of one size, one row a pixel: [samples * height * width, channels]. */
export interface ImageShape {
  readonly samples: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Size of the image after a window of odd `size` with zero padding of (size - 1) / 2 moved by `stride`. */
export function windowedShape(shape: ImageShape, stride: number): ImageShape {
  return { ...shape, height: Math.ceil(shape.height / stride), width: Math.ceil(shape.width / stride) };
}

/** Windows as rows, [windows, size * size * channels], for a product of matrices; 0 outside the image. `constant`: no derivative by it is needed. */
export function windows(
  tape: Tape,
  image: Tensor,
  shape: ImageShape,
  size: number,
  stride: number,
  constant = false,
): Tensor {
  const { samples, height, width, channels } = shape;
  const after = windowedShape(shape, stride);
  const reach = (size - 1) / 2;
  const cols = size * size * channels;
  const source = new Int32Array(after.height * after.width * size * size);
  let at = 0;
  for (let y = 0; y < after.height; y++) {
    for (let x = 0; x < after.width; x++) {
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const [row, column] = [y * stride + dy, x * stride + dx];
          const inside = row >= 0 && row < height && column >= 0 && column < width;
          source[at++] = inside ? row * width + column : -1;
        }
      }
    }
  }
  const out = tensor(samples * after.height * after.width, cols);
  const eachPixel = (visit: (from: number, to: number) => void): void => {
    for (let sample = 0; sample < samples; sample++) {
      for (let i = 0; i < source.length; i++) {
        const pixel = source[i]!;
        if (pixel >= 0) visit((sample * height * width + pixel) * channels, (sample * source.length + i) * channels);
      }
    }
  };
  eachPixel((from, to) => {
    for (let c = 0; c < channels; c++) out.data[to + c] = image.data[from + c]!;
  });
  if (!constant) {
    tape.backward.push(() => {
      eachPixel((from, to) => {
        for (let c = 0; c < channels; c++) image.grad[from + c]! += out.grad[to + c]!;
      });
    });
  }
  return out;
}
