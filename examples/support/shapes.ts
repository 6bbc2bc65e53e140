import * as rg from 'retrograd';

/** What the pictures show. */
export const shapeNames = ['disc', 'ring', 'square', 'diamond', 'plus', 'stripes'] as const;

/** Whether a shape of radius 1 around the origin has ink at (x, y). */
const inks: Record<(typeof shapeNames)[number], (x: number, y: number) => boolean> = {
  disc: (x, y) => x * x + y * y < 0.9,
  ring: (x, y) => Math.abs(x * x + y * y - 0.75) < 0.35,
  square: (x, y) => Math.abs(x) < 0.8 && Math.abs(y) < 0.8,
  diamond: (x, y) => Math.abs(x) + Math.abs(y) < 1,
  plus: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  stripes: (x, y) => Math.abs(x) < 0.9 && Math.abs(y) < 0.9 && Math.floor(4 * (y + 1)) % 2 === 0,
};

/**
 * Small pictures in the manner of CIFAR, but drawn by rule: a shape of any colour, size, place and slant before a background
 * of any colour, with noise. Images [n, 3, side, side] of about ±1, and what each shows, [n] (int32).
 */
export function drawShapes(n: number, side: number): { images: rg.Tensor; labels: rg.Tensor } {
  const labels = rg.randint(0, shapeNames.length, [n]);
  const pixels = new Float32Array(n * 3 * side * side);
  const luck = rg.rand([n, 10]).toArray() as number[][];
  (labels.toArray() as number[]).forEach((label, i) => {
    const ink = inks[shapeNames[label]];
    const [r, cx, cy, turn, ...colours] = luck[i];
    const radius = (0.28 + 0.2 * r) * side;
    const [x0, y0] = [cx, cy].map((c) => side / 2 + (c - 0.5) * (side - 2 * radius));
    const angle = (turn - 0.5) * 0.8;
    const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [dx, dy] = [x + 0.5 - x0, y + 0.5 - y0];
        const inside = ink(cos * dx + sin * dy, cos * dy - sin * dx);
        for (let c = 0; c < 3; c++) {
          // The background keeps a distance from the ink's colour.
          const far = (colours[c] + 0.35 + 0.3 * colours[c + 3]) % 1;
          pixels[((i * 3 + c) * side + y) * side + x] = 2 * (inside ? colours[c] : far) - 1;
        }
      }
    }
  });
  const images = rg.fromTypedArray(pixels, [n, 3, side, side]);
  return { images: images.add(rg.randnLike(images).mul(0.15)), labels };
}
