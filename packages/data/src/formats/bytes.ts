/** Throws a TypeError unless a file is given as its bytes, with the way there from what people have instead. */
export function checkBytes(where: string, bytes: unknown): void {
  if (ArrayBuffer.isView(bytes)) return;
  const got =
    typeof bytes === 'string'
      ? "a string; to read a file by its path, see '@retrograd/data/files'"
      : bytes instanceof ArrayBuffer
        ? 'an ArrayBuffer; make it a new Uint8Array(buffer)'
        : bytes === null
          ? 'null'
          : typeof bytes;
  throw new TypeError(`${where}: expected the bytes of a file, a Uint8Array, got ${got}`);
}
