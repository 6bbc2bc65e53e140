import type { Tensor } from 'retrograd';

/** A table of counts [true class, predicted class], with points for zeros so that the mistakes stand out. */
export function drawConfusion(counts: Tensor): string {
  const rows = counts.toArray() as number[][];
  const width = Math.max(...rows.flat().map((count) => String(count).length)) + 2;
  const cell = (text: string | number): string => String(text).padStart(width);
  return [
    `  true │${rows.map((_, predicted) => cell(predicted)).join('')}  ← taken for`,
    `  ─────┼${'─'.repeat(width * rows.length)}`,
    ...rows.map(
      (row, truth) => `  ${String(truth).padStart(4)} │${row.map((count) => cell(count || '·')).join('')}`,
    ),
  ].join('\n');
}
