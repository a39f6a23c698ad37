import { secondsNow } from '@msanet/core';
import type { GraphRuntime, GraphSession } from '@msanet/onnx';

/** Time that has passed: on the clock, and on all processor cores together. */
export interface Elapsed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Time since an arbitrary start. */
export function elapsed(): Elapsed {
  const { user, system } = process.cpuUsage();
  return { seconds: secondsNow(), cpuSeconds: (user + system) / 1e6 };
}

/** The time between two moments. */
export function between(start: Elapsed, end: Elapsed): Elapsed {
  return { seconds: end.seconds - start.seconds, cpuSeconds: end.cpuSeconds - start.cpuSeconds };
}

/** Adds up the time that a runtime's sessions run; everything else is code of ours. */
export class SessionClock {
  /** Time inside sessions so far. */
  inside: Elapsed = { seconds: 0, cpuSeconds: 0 };
  /** How often a session ran so far. */
  runs = 0;

  /** The runtime, with every session under this clock. */
  watch(runtime: GraphRuntime): GraphRuntime {
    const { id, device, precision } = runtime;
    return {
      id,
      device,
      precision,
      load: async (model, options) => this.#watched(await runtime.load(model, options)),
    };
  }

  #watched(session: GraphSession): GraphSession {
    const { inputs, outputs } = session;
    return {
      inputs,
      outputs,
      run: async (feeds) => {
        const start = elapsed();
        const results = await session.run(feeds);
        this.runs += 1;
        const { seconds, cpuSeconds } = between(start, elapsed());
        this.inside = {
          seconds: this.inside.seconds + seconds,
          cpuSeconds: this.inside.cpuSeconds + cpuSeconds,
        };
        return results;
      },
      dispose: () => session.dispose(),
    };
  }
}
