/* The only file that uses the optional package that draws. */

/**
 * Draws Graphviz text as an SVG image.
 *
 * @throws Error if the optional package `@viz-js/viz` is not installed, or the text is no graph.
 */
export async function toSvg(dot: string): Promise<string> {
  const { instance } = await loadViz();
  return (await instance()).renderString(dot, { format: 'svg' });
}

async function loadViz() {
  try {
    return await import('@viz-js/viz');
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Error(
      "toSvg: drawing needs the optional package '@viz-js/viz', which is not installed: npm install @viz-js/viz",
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}
