/** What is measured, in the order of the table. */
export interface Workload {
  readonly id: string;
  readonly label: string;
  /** Floating-point operations of a step, where its rate is the figure. */
  readonly flops?: number;
  /** Ops of a step, where the time for each is the figure; its phases are shown, too. */
  readonly ops?: number;
}

const square = (n: number): Workload => ({
  id: `matmul-${n}`,
  label: `matmul ${n}×${n}×${n}`,
  flops: 2 * n ** 3,
});
const million = (id: string, of = 'on 10⁶ elements'): Workload => ({
  id,
  label: `${id} ${of}, forward + backward`,
});

export const workloads: readonly Workload[] = [
  { id: 'mlp-tiny', label: 'MLP 2-16-1 tanh, batch 32, SGD: step' },
  { id: 'mlp-mnist', label: 'MLP 784-256-10, batch 64, Adam: step' },
  { id: 'cnn', label: 'CNN on 28×28 (16, 32 channels), batch 64, Adam: step' },
  { id: 'conv', label: 'conv 64→64 3×3 on 56×56, batch 8: forward + backward' },
  ...[128, 256, 512, 1024].map(square),
  ...['tanh', 'exp', 'gelu'].map((id) => million(id)),
  million('softmax', 'over rows of 1000 × 1000'),
  million('layerNorm', 'over rows of 1000 × 1000'),
  million('sum'),
  ...[1e4, 1e5, 1e6].map((n) => ({ id: `chain-${n}`, label: `chain of ${n} scalar ops: per op`, ops: n })),
  { id: 'transformer', label: '4 transformer blocks (d 128, 4 heads, T 64), batch 8, Adam: step' },
];
