/** Takes the lines of a program, one by one: `console.log`, or a test's list. */
export type Print = (line: string) => void;

/** Whether a file is the program that was started, and not imported by another one. */
export function isProgram(file: NodeJS.Module): boolean {
  return require.main === file;
}
