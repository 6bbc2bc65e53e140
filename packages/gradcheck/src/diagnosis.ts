/* Words for what the analytic values look like beside the numeric ones. */
import type { Entry } from './comparison.ts';
import type { JacobianResult } from './full.ts';
import { positionIn, slotOf, type Slot, type Subject } from './subject.ts';

const { abs, max, round } = Math;

/** The part of a Jacobian that belongs to one output and one input. */
interface Block {
  readonly output: Slot;
  readonly input: Slot;
  readonly rows: number;
  readonly cols: number;
  readonly analytic: (i: number, j: number) => number;
  readonly numeric: (i: number, j: number) => number;
  /** Whether two values are equal, as far as differences tell. */
  readonly same: (a: number, b: number) => boolean;
  /** Where the two differ. */
  readonly wrong: readonly { readonly i: number; readonly j: number }[];
}

/** What is probably wrong, the likeliest first; empty if nothing fits. */
export function diagnose(subject: Subject, worst: Entry, result: JacobianResult | null): string[] {
  if (!Number.isFinite(worst.analytic))
    return [`${worst.analytic} where it should be ${brief(worst.numeric)}`];
  if (result === null) return alone(worst);
  const block = blockOf(subject, worst, result);
  const uniform = byRatio(block);
  const broadcast = byBroadcast(block);
  const moved = [byTransposition(block), byShift(block)].filter((words) => words !== '');
  const exactWords = [...broadcast, uniform, ...moved].filter((words) => words !== '');
  return [...new Set([...exactWords, ...byPlaces(block), ...byOrder(subject, block)])];
}

/** What it means that this order is wrong and the one below is right. */
function byOrder({ order }: Subject, { wrong, analytic, input }: Block): string[] {
  if (order === 1) return [];
  const below = order === 2 ? 'the gradient' : `the gradient of order ${order - 1}`;
  return wrong.every(({ i, j }) => analytic(i, j) === 0)
    ? [
        `${below} is right, but takes ${input.name} for a constant: it is detached, or computed outside the tape`,
      ]
    : [`${below} is right, but part of how it depends on ${input.name} is not recorded, or is wrong`];
}

/** Words for one entry of which no others are known. */
function alone({ analytic, numeric }: Entry): string[] {
  const ratio = analytic / numeric;
  const telling = abs(ratio) < 100 && (isRound(ratio) || abs(abs(ratio) - 1) < 0.05);
  if (telling || analytic === 0) return [ratioWords(analytic, numeric)].filter((words) => words !== '');
  return [`off by ${brief(analytic - numeric)}`];
}

function blockOf(
  subject: Subject,
  worst: Entry,
  { analytic, numeric, errors, cols: width }: JacobianResult,
): Block {
  const output = slotOf(subject.outputs, worst.i);
  const input = slotOf(subject.inputs, worst.j);
  const rows = output.end - output.start;
  const cols = input.end - input.start;
  const at = (i: number, j: number): number => (output.start + i) * width + input.start + j;
  let scale = 0;
  let apart = 0;
  const wrong: { i: number; j: number }[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const value = numeric[at(i, j)];
      if (Number.isFinite(value)) scale = max(scale, abs(value));
      apart = max(apart, abs(value - analytic[at(i, j)]) || 0);
      if (!(errors[at(i, j)] <= 1)) wrong.push({ i, j });
    }
  }
  // Slight errors must not look like none.
  const digits = Math.min(1e-6, (0.01 * apart) / scale);
  return {
    output,
    input,
    rows,
    cols,
    analytic: (i, j) => analytic[at(i, j)],
    numeric: (i, j) => numeric[at(i, j)],
    same: (a, b) => abs(a - b) <= digits * max(scale, abs(a), abs(b)),
    wrong,
  };
}

/** One factor between all wrong values and what they should be. */
function byRatio({ wrong, analytic, numeric, same }: Block): string {
  if (wrong.every(({ i, j }) => same(analytic(i, j), 0))) return 'zero where it should not be';
  if (wrong.every(({ i, j }) => same(numeric(i, j), 0))) return 'not zero where it should be';
  const largest = wrong.reduce((a, b) => (abs(numeric(b.i, b.j)) > abs(numeric(a.i, a.j)) ? b : a));
  const ratio = analytic(largest.i, largest.j) / numeric(largest.i, largest.j);
  const agrees = wrong.every(({ i, j }) => same(analytic(i, j), ratio * numeric(i, j)));
  if (agrees && (wrong.length > 1 || isRound(ratio))) return ratioWords(ratio, 1);
  const difference = analytic(wrong[0].i, wrong[0].j) - numeric(wrong[0].i, wrong[0].j);
  const apart =
    wrong.length > 2 && wrong.every(({ i, j }) => same(analytic(i, j) - numeric(i, j), difference));
  return apart ? `off by a constant term, ${brief(difference)}` : '';
}

function isRound(ratio: number): boolean {
  return [ratio, 1 / ratio].some((r) => abs(r) < 1e4 && abs(r - round(r)) < 1e-6 * abs(r));
}

function ratioWords(analytic: number, numeric: number): string {
  const ratio = analytic / numeric;
  if (analytic === 0) return 'zero where it should not be';
  if (!Number.isFinite(ratio) || ratio === 0) return '';
  const near = (wanted: number): boolean => abs(ratio - wanted) <= 1e-5 * abs(wanted);
  if (abs(ratio - 1) < 1e-12) return '';
  if (near(-1)) return 'sign flipped';
  if (near(2)) return 'twice too large';
  if (near(0.5)) return 'half of what it should be';
  const sign = ratio < 0 ? ', and the sign flipped' : '';
  const size = abs(ratio);
  if (abs(size - 1) < 0.05)
    return `${brief(100 * abs(size - 1))} % too ${size > 1 ? 'large' : 'small'}${sign}`;
  if (isRound(size))
    return (size > 1 ? `${round(size)} times too large` : `${round(1 / size)} times too small`) + sign;
  return `off by a constant factor ${brief(ratio)}`;
}

/** Whether the gradient is that of the transposed input. */
function byTransposition(block: Block): string {
  const { input, output, rows, cols } = block;
  const { shape } = input;
  if (shape.length >= 2) {
    const [r, c] = shape.slice(-2);
    const swapped = (j: number): number => {
      const inner = j % (r * c);
      // The gradient laid out as [c, r], read as [r, c].
      return j - inner + (inner % r) * c + Math.floor(inner / r);
    };
    if (r > 1 && c > 1 && matches(block, (i, j) => [i, swapped(j)])) {
      return r === c ? 'looks transposed' : 'looks reshaped instead of transposed';
    }
  }
  if (rows === cols && rows > 1 && matches(block, (i, j) => [j, i]))
    return 'looks like the transposed Jacobian (J instead of Jᵀ)';
  const outputShape = output.shape;
  if (outputShape.length >= 2) {
    const [r, c] = outputShape.slice(-2);
    const swapped = (i: number): number => {
      const inner = i % (r * c);
      return i - inner + (inner % r) * c + Math.floor(inner / r);
    };
    if (r > 1 && c > 1 && matches(block, (i, j) => [swapped(i), j])) {
      return r === c
        ? 'looks as if the cotangent were transposed'
        : 'looks as if the cotangent were reshaped instead of transposed';
    }
  }
  return '';
}

/** Whether the gradient lies one (or two) further along a dim, or backwards. */
function byShift(block: Block): string {
  const { shape } = block.input;
  let stride = block.cols;
  for (const [d, extent] of shape.entries()) {
    stride /= extent;
    if (extent < 2) continue;
    const index = (j: number): number => Math.floor(j / stride) % extent;
    for (const shift of extent > 3 ? [1, -1, 2, -2] : [1, -1]) {
      const from = (j: number): number | null =>
        index(j) - shift >= 0 && index(j) - shift < extent ? j - shift * stride : null;
      if (
        matches(block, (i, j) => {
          const k = from(j);
          return k === null ? null : [i, k];
        })
      ) {
        // prettier-ignore
        return `shifted by ${abs(shift) === 1 ? 'one' : 'two'} along dim ${d}`;
      }
    }
    if (extent > 2 && matches(block, (i, j) => [i, j + (extent - 1 - 2 * index(j)) * stride]))
      return `backwards along dim ${d}`;
  }
  return '';
}

/** Whether every analytic value is the numeric one at another place (where there is one), and not all are zero. */
function matches(block: Block, from: (i: number, j: number) => [number, number] | null): boolean {
  const { rows, cols, analytic, numeric, same } = block;
  let telling = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const place = from(i, j);
      if (place === null) continue;
      const wanted = numeric(...place);
      if (!same(analytic(i, j), wanted)) return false;
      if (!same(wanted, 0)) telling++;
    }
  }
  return telling > 0;
}

/** Whether only one part of a broadcast dim of the output was counted, or their mean. */
function byBroadcast({ input, output, rows, cols, analytic, numeric, same }: Block): string[] {
  const ahead = output.shape.length - input.shape.length;
  const found: string[] = [];
  for (const [d, extent] of output.shape.entries()) {
    const own = d - ahead < 0 ? 1 : input.shape[d - ahead];
    if (own !== 1 || extent < 2) continue;
    const everywhere = (wanted: (numeric: number, position: number) => number): boolean => {
      for (let i = 0; i < rows; i++) {
        const position = positionIn(output, output.start + i)[d];
        for (let j = 0; j < cols; j++)
          if (!same(analytic(i, j), wanted(numeric(i, j), position))) return false;
      }
      return true;
    };
    for (const kept of [0, extent - 1]) {
      if (everywhere((value, position) => (position === kept ? value : 0)))
        found.push(`not reduced over broadcast dim ${d} (only index ${kept} counts)`);
    }
    if (everywhere((value) => value / extent)) found.push(`the mean and not the sum over broadcast dim ${d}`);
  }
  return found;
}

/** Where the wrong entries are, if they are somewhere in particular. */
function byPlaces({ wrong, rows, cols, input }: Block): string[] {
  if (wrong.length === rows * cols) return [];
  if (wrong.length === 1) return ['only this entry is wrong'];
  const found: string[] = [];
  if (rows === cols && rows > 1 && wrong.every(({ i, j }) => i === j))
    found.push('only the diagonal is wrong');
  if (rows === cols && rows > 2 && wrong.every(({ i, j }) => i !== j))
    found.push('only beside the diagonal is it wrong');
  const columns = new Set(wrong.map(({ j }) => j));
  if (cols > 1 && columns.size < cols) {
    const positions = [...columns].map((j) => positionIn(input, input.start + j));
    input.shape.forEach((extent, d) => {
      const indices = new Set(positions.map((position) => position[d]));
      if (extent < 3) return;
      if (indices.size === 1) found.push(`only at index ${[...indices][0]} of dim ${d} of the input`);
      else if ([...indices].every((k) => k === 0 || k === extent - 1))
        found.push(`only at the edges of dim ${d} of the input`);
    });
  }
  return found;
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}
