import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a library's process answers (runners/serve.cjs). */
export interface Answer {
  readonly times?: readonly number[];
  readonly phases?: Readonly<Record<string, readonly number[]>>;
  readonly error?: string;
}

/** How a library's process is started. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
}

/** Nobody waits longer for an answer: the process is ended, and the next question starts another. */
const LIMIT_SECONDS = 60;

/** A library in a process of its own, which measures when it is asked to. */
export class Library {
  readonly name: string;
  readonly workloads: ReadonlySet<string>;
  private readonly command: Command;
  private running: Running | null;

  private constructor(command: Command, running: Running, name: string, workloads: readonly string[]) {
    this.command = command;
    this.running = running;
    this.name = name;
    this.workloads = new Set(workloads);
  }

  /** Starts it; null if it cannot run here. */
  static async start(command: Command): Promise<Library | null> {
    const { running, hello } = await launch(command);
    if (hello === null) return null;
    const { name, workloads } = JSON.parse(hello) as { name: string; workloads: string[] };
    return new Library(command, running, name, workloads);
  }

  /** Runs a workload for about so many milliseconds, a slow one for a single step. */
  async measure(workload: string, budget: number): Promise<Answer> {
    this.running ??= (await launch(this.command)).running;
    const { child, lines } = this.running;
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill();
    }, LIMIT_SECONDS * 1000);
    child.stdin.write(`${JSON.stringify({ workload, budget })}\n`);
    const line = await lines.next();
    clearTimeout(limit);
    if (line.done !== true) return JSON.parse(line.value) as Answer;
    this.running = null;
    return { error: late ? `takes more than ${LIMIT_SECONDS} s for two steps` : 'its process ended' };
  }

  stop(): void {
    this.running?.child.kill();
  }
}

async function launch({
  program,
  args,
  cwd,
  env,
}: Command): Promise<{ running: Running; hello: string | null }> {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = jsonLines(createInterface({ input: child.stdout }));
  const hello = await lines.next();
  return { running: { child, lines }, hello: hello.done === true ? null : hello.value };
}

/** The lines that are JSON objects: some libraries print greetings. */
async function* jsonLines(lines: Interface): AsyncGenerator<string, void> {
  for await (const line of lines) if (line.startsWith('{')) yield line;
}
