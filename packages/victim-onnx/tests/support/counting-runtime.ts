import type { GraphRuntime, GraphSession, Model, NamedTensors } from '@msanet/onnx';

/** A runtime that notes what is loaded, run and released. */
export interface CountingRuntime extends GraphRuntime {
  /** Sessions that are alive, by the names of their outputs. */
  readonly alive: Set<string>;
  /** Loads so far, likewise. */
  readonly loaded: string[];
  /** Feeds and results of the runs so far. */
  readonly runs: { readonly feeds: NamedTensors; readonly results: NamedTensors }[];
  /** The most runs that were under way at a time. */
  readonly mostAtOnce: number;
}

/** Wraps a runtime so that a test can see what is asked of it. */
export function countingRuntime(runtime: GraphRuntime): CountingRuntime {
  const alive = new Set<string>();
  const loaded: string[] = [];
  const runs: CountingRuntime['runs'] = [];
  let running = 0;
  let mostAtOnce = 0;
  return {
    id: runtime.id,
    device: runtime.device,
    precision: runtime.precision,
    alive,
    loaded,
    runs,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async load(model: Model): Promise<GraphSession> {
      const session = await runtime.load(model);
      const inputs = model.graph.inputs.map(({ name }) => name).join('+');
      const name = `${loaded.length}: ${inputs}`;
      loaded.push(inputs);
      alive.add(name);
      return {
        inputs: session.inputs,
        outputs: session.outputs,
        async run(feeds) {
          running += 1;
          mostAtOnce = Math.max(mostAtOnce, running);
          // Lets other calls come in between, if they can.
          await new Promise((resolve) => setImmediate(resolve));
          const results = await session.run(feeds);
          running -= 1;
          runs.push({ feeds, results });
          return results;
        },
        async dispose() {
          alive.delete(name);
          await session.dispose();
        },
      };
    },
  };
}
