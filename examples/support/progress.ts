import { setImmediate } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';

/** Seconds between two lines where there is no terminal to draw a bar on. */
const PATIENCE = 10;

/**
 * How far a program has come, how fast it goes and how long it will still take: a bar on a terminal, a line now and then elsewhere. While it
 * is shown, Ctrl-C does not end the program but asks it, through {@link interrupted}, to come to an end; a second one ends it.
 */
export class Progress {
  /** Whether somebody has pressed Ctrl-C. */
  interrupted = false;

  private readonly total: number;
  private readonly started = performance.now();
  private readonly before: number;
  private done: number;
  private lastLine = this.started;
  private interruptedAt = 0;
  private readonly bar = new SingleBar({
    stream: process.stdout,
    format: '{bar} {percentage} %  {state}  {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    autopadding: true,
    gracefulExit: false,
  });

  /** @param done - How many of the steps had been made before. */
  constructor(total: number, done = 0) {
    this.total = total;
    this.done = done;
    this.before = done;
    process.on('SIGINT', this.interrupt);
    this.show();
  }

  /** One more step is done; `state` says what there is to know at this point. Gives Ctrl-C a chance to be heard. */
  async advance(state: string): Promise<void> {
    this.done += 1;
    const now = performance.now();
    const rate = (1000 * (this.done - this.before)) / (now - this.started);
    const pace = rate >= 10 ? `${Math.round(rate)} steps/s` : `${rate.toPrecision(2)} steps/s`;
    const left = `${pace}, ${Math.ceil((this.total - this.done) / rate)} s left`;
    if (this.bar.isActive) this.bar.update(this.done, { state, left });
    else if (now - this.lastLine > PATIENCE * 1000) {
      console.log(`${state}  ${Math.round((100 * this.done) / this.total)} %, ${left}`);
      this.lastLine = now;
    }
    await setImmediate();
  }

  /** Prints a line above the bar. */
  print(line: string): void {
    this.hide();
    console.log(line);
    if (this.done < this.total && !this.interrupted) this.show();
  }

  /** There is nothing more to show. */
  end(): void {
    this.hide();
    process.off('SIGINT', this.interrupt);
  }

  private show(): void {
    if (process.stdout.isTTY) this.bar.start(this.total, this.done, { state: '', left: '' });
    this.lastLine = performance.now();
  }

  private hide(): void {
    if (this.bar.isActive) this.bar.stop();
  }

  private readonly interrupt = (): void => {
    const now = performance.now();
    if (!this.interrupted) {
      this.interrupted = true;
      this.interruptedAt = now;
      this.hide();
      console.log('stopping');
    } else if (now - this.interruptedAt > 500) {
      // Not before: npm passes on the signal that the terminal has already sent, so one Ctrl-C may arrive twice.
      process.exit(130);
    }
  };
}
