import type { Tensor } from 'retrograd';

/** From paper to ink. */
const SHADES = ' .:-=+*#%@';

/** An image of ink from 0 to 1, [1, 28, 28], as lines of text, but for its margins. A character is as high as two pixels. */
export function drawImage(image: Tensor): string[] {
  const middle = image.slice(1, 2, 26).slice(2, 2, 26);
  const lines = middle.reshape([12, 2, 24]).mean(1).toArray() as number[][];
  return lines.map((line) => line.map((ink) => SHADES[Math.round(ink * (SHADES.length - 1))]).join(''));
}

/** Pictures and their captions, one next to the other. */
export function besideEachOther(
  pictures: readonly (readonly string[])[],
  captions: readonly string[],
): string {
  const columns = pictures.map((lines, i) => {
    const width = Math.max(captions[i].length, lines[0].length);
    return [...lines, captions[i]].map((line) => line.padEnd(width));
  });
  return columns[0]
    .map((_, row) =>
      columns
        .map((lines) => lines[row])
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
