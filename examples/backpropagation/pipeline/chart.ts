import type { Verb } from './schedule.ts';
import { busyShares, type Timeline } from './timeline.ts';

/** F forward, B the gradient of the input, W those of the parameters, D both in one. */
export const letters: Readonly<Record<Verb, string>> = {
  forward: 'F',
  updateGradInput: 'B',
  accGradParameters: 'W',
  backward: 'D',
};

/**
 * A timeline as a chart: a row for each stage, with the busy and idle share at its end; time runs to the right. An action
 * is its verb's letter, the micro-batch's number and a line as long as it takes; dots are idle.
 *
 * @param scale - Columns for a slot or a millisecond.
 */
export function drawTimeline(timeline: Timeline, scale: number): string[] {
  const end = Math.max(...timeline.flat().map((span) => span.end));
  const width = Math.round(end * scale);
  const busy = busyShares(timeline);
  return timeline.map((stage, i) => {
    const row = new Array<string>(width).fill('·');
    for (const { verb, microBatch, start, end } of stage) {
      const from = Math.min(Math.round(start * scale), width - 1);
      const to = Math.max(Math.round(end * scale), from + 1);
      const text = `${letters[verb]}${microBatch}`.padEnd(to - from, '─').slice(0, to - from);
      row.splice(from, text.length, ...text);
    }
    const [work, idle] = [busy[i], 1 - busy[i]].map((share) => `${Math.round(100 * share)} %`.padStart(5));
    return `  stage ${i}  ${row.join('')}  busy ${work}, idle ${idle}`;
  });
}
