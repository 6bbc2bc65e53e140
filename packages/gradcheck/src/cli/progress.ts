/* How far a run has come, on a terminal. */
import cliProgress from 'cli-progress';
import type { Writable } from 'node:stream';

const BAR_WIDTH = 24;

type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** A bar on standard error. Where that is no terminal there is none. */
export class Progress {
  private readonly bar: InstanceType<typeof cliProgress.SingleBar> | null;
  private readonly total: number;
  private readonly stream: Terminal;
  private done = 0;
  private state = '';

  constructor(total: number, stream: Terminal) {
    this.total = total;
    this.stream = stream;
    this.bar = stream.isTTY
      ? new cliProgress.SingleBar({
          stream,
          format: '{bar} {value}/{total}  {state}',
          barCompleteChar: '█',
          barIncompleteChar: '░',
          barsize: BAR_WIDTH,
          clearOnComplete: true,
          // Nothing that would have to be undone: Ctrl-C simply ends the process.
          hideCursor: false,
          linewrap: true,
          gracefulExit: false,
        })
      : null;
  }

  /** Shows what is being done. */
  begin(state: string): void {
    if (this.bar === null) return;
    // One line, whatever the name.
    const room = (this.stream.columns ?? 80) - BAR_WIDTH - 2 * String(this.total).length - 6;
    this.state = state.length > room ? `${state.slice(0, Math.max(room - 1, 0))}…` : state;
    if (this.bar.isActive) this.bar.update(this.done, { state: this.state });
    else this.bar.start(this.total, this.done, { state: this.state });
    this.bar.render();
  }

  /** One more is done. */
  advance(): void {
    this.done++;
    if (this.bar?.isActive) this.bar.update(this.done, { state: this.state });
  }

  /** Clears the line, so that something can be printed; the next `begin` draws the bar again. */
  hide(): void {
    if (this.bar?.isActive) this.bar.stop();
  }
}
