import { createLogUpdate } from 'log-update';
import type { Progress } from '../work/protocol.js';

/** How long a bar is, in characters. */
const barLength = 24;

/**
 * Shows progress on a stream: one line that is redrawn on a terminal, a plain line now and then elsewhere.
 */
export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined;
  #lastLine = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#redraw = stream.isTTY ? createLogUpdate(stream) : undefined;
  }

  /** Shows how far the work is. */
  show(progress: Progress): void {
    if (this.#redraw !== undefined) {
      this.#redraw(describe(progress, bar(progress)));
      return;
    }
    const { step, steps } = progress;
    const tenth = Math.max(1, Math.floor(steps / 10));
    if (step === 1 || step === steps || step % tenth === 0) this.#writeLine(describe(progress));
  }

  /** Shows a line that stays. */
  note(text: string): void {
    this.#redraw?.clear();
    this.#stream.write(`${text}\n`);
  }

  /** Takes the redrawn line away. */
  close(): void {
    this.#redraw?.clear();
    this.#redraw?.done();
  }

  #writeLine(line: string): void {
    if (line !== this.#lastLine) this.#stream.write(`${line}\n`);
    this.#lastLine = line;
  }
}

function bar({ step, steps }: Progress): string {
  const filled = Math.round((barLength * step) / steps);
  return `${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} `;
}

function describe(
  { subject, step, steps, loss, queries, succeeded }: Progress,
  drawn = '',
): string {
  const parts = [
    `${subject}  ${drawn}step ${step}/${steps}`,
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
    ...(queries === undefined ? [] : [`queries ${queries}`]),
    ...(succeeded === true ? ['adversarial'] : []),
  ];
  return parts.join('  ');
}
