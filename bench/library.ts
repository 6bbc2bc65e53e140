import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a library's process answers (runners/serve.cjs). */
export interface Answer {
  readonly times?: readonly number[];
  readonly phases?: Readonly<Record<string, readonly number[]>>;
  readonly error?: string;
}

/** A library in a process of its own, which measures when it is asked to. */
export class Library {
  readonly name: string;
  readonly workloads: ReadonlySet<string>;
  private readonly process: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: AsyncIterator<string>;

  private constructor(
    process: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    name: string,
    workloads: readonly string[],
  ) {
    this.process = process;
    this.lines = lines;
    this.name = name;
    this.workloads = new Set(workloads);
  }

  /** Starts it; null if it cannot run here. */
  static async start(
    command: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
  ): Promise<Library | null> {
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    const lines = jsonLines(createInterface({ input: child.stdout }));
    const hello = await lines.next();
    if (hello.done === true) return null;
    const { name, workloads } = JSON.parse(hello.value) as { name: string; workloads: string[] };
    return new Library(child, lines, name, workloads);
  }

  async measure(workload: string, budget: number): Promise<Answer> {
    this.process.stdin.write(`${JSON.stringify({ workload, budget })}\n`);
    const line = await this.lines.next();
    return line.done === true ? { error: 'its process ended' } : (JSON.parse(line.value) as Answer);
  }

  stop(): void {
    this.process.kill();
  }
}

/** The lines that are JSON objects: some libraries print greetings. */
async function* jsonLines(lines: Interface): AsyncGenerator<string, void> {
  for await (const line of lines) if (line.startsWith('{')) yield line;
}
