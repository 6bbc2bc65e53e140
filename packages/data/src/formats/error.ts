/** A file is not what it should be, or holds what cannot be represented. Nothing has been read from it then. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
