import { describe, expect, it } from 'vitest';
import { Random, isMsanetError } from '@msanet/tensor';
import {
  decodeModel,
  encodeModel,
  fixShapes,
  foldBatchNormalization,
  foldConstants,
  inferGraph,
} from '../src/index.js';
import { damagedModel } from './damaged-model.js';
import { exportedBytes, exportedModels } from './fixtures.js';

/** Damaged files per test; `MSANET_FUZZ=10000` asks for more. */
const count = Number(process.env['MSANET_FUZZ'] ?? 1500);
const seed = 20_250_612;
/** The models take up to 18 kB; nothing that is read from one may take thousands of times as much. */
const memoryLimit = 400 * 2 ** 20;

const below = (random: Random, limit: number): number => Math.floor(random.uniform(0, limit));

/** Bytes that protobuf and ONNX give a meaning: tags, lengths, ends of varints, and extreme numbers. */
const telling = [0x00, 0x01, 0x02, 0x08, 0x0a, 0x12, 0x22, 0x2a, 0x3a, 0x7f, 0x80, 0xff];

/** One of the ways in which a file is damaged. */
const mutations: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => bytes.with(below(random, bytes.length), below(random, 256)),
  (bytes, random) => {
    const at = below(random, bytes.length);
    return bytes.with(at, bytes[at] ^ (1 << below(random, 8)));
  },
  (bytes, random) =>
    bytes.with(below(random, bytes.length), telling[below(random, telling.length)]),
  (bytes, random) => bytes.slice(0, below(random, bytes.length)),
  (bytes, random) => {
    const start = below(random, bytes.length);
    return splice(bytes, start, 1 + below(random, 16), new Uint8Array());
  },
  (bytes, random) => {
    const from = below(random, bytes.length);
    const part = bytes.slice(from, from + 1 + below(random, 64));
    return splice(bytes, below(random, bytes.length), 0, part);
  },
  (bytes, random) => {
    // The longest varint, where a length, a number of elements or an axis may stand.
    const most = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f);
    return splice(bytes, below(random, bytes.length), 1, most);
  },
];

function splice(bytes: Uint8Array, start: number, removed: number, added: Uint8Array): Uint8Array {
  const end = Math.min(start + removed, bytes.length);
  const result = new Uint8Array(bytes.length - (end - start) + added.length);
  result.set(bytes.subarray(0, start));
  result.set(added, start);
  result.set(bytes.subarray(end), start + added.length);
  return result;
}

/** Everything that msanet does with a model before a runtime sees it. */
function use(bytes: Uint8Array): void {
  const model = decodeModel(bytes);
  const symbols = model.graph.inputs
    .flatMap(({ shape = [] }) => shape)
    .filter((length) => typeof length === 'string')
    .map((symbol) => [symbol, 2] as const);
  const fixed = fixShapes(model, { symbols: Object.fromEntries(symbols) });
  inferGraph(fixed);
  decodeModel(encodeModel(foldBatchNormalization(foldConstants(fixed))));
}

/** How many of `count` damaged inputs ended in each way. Fails on an error that is not the project's own. */
function outcomes(damaged: (random: Random, index: number) => Uint8Array): {
  readonly codes: ReadonlyMap<string, number>;
  readonly memory: number;
} {
  const codes = new Map<string, number>();
  const before = process.memoryUsage.rss();
  let memory = 0;
  for (let index = 0; index < count; index++) {
    const bytes = damaged(new Random(seed).fork(index), index);
    let outcome = 'accepted';
    try {
      use(bytes);
    } catch (error) {
      if (!isMsanetError(error)) {
        throw new Error(`seed ${seed}, input ${index}: ${String(error)}`, { cause: error });
      }
      outcome = error.code;
    }
    codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    memory = Math.max(memory, process.memoryUsage.rss() - before);
  }
  return { codes, memory };
}

const timeout = 900_000;

describe(`only the project's own errors come out of ${count}`, () => {
  it('files with damaged bytes', { timeout }, () => {
    const originals = exportedModels.map(exportedBytes);
    const { codes, memory } = outcomes((random, index) => {
      let bytes = originals[index % originals.length];
      for (let left = 1 + below(random, 3); left > 0 && bytes.length > 0; left--) {
        bytes = mutations[below(random, mutations.length)](bytes, random);
      }
      return bytes;
    });
    // Damage to weights and texts is not seen; damage to the structure is, in more than one way.
    for (const outcome of ['accepted', 'ONNX_INVALID', 'GRAPH_INVALID', 'SHAPE_MISMATCH']) {
      expect([outcome, codes.get(outcome)]).toEqual([outcome, expect.any(Number)]);
    }
    expect(memory).toBeLessThan(memoryLimit);
  });

  it('files with damaged graphs', { timeout }, () => {
    const originals = exportedModels.map((name) => decodeModel(exportedBytes(name)));
    const { codes, memory } = outcomes((random, index) =>
      encodeModel(damagedModel(originals[index % originals.length], random)),
    );
    const seen = ['accepted', 'GRAPH_INVALID', 'SHAPE_MISMATCH', 'DTYPE_MISMATCH', 'SHAPE_UNKNOWN'];
    for (const outcome of seen) {
      expect([outcome, codes.get(outcome)]).toEqual([outcome, expect.any(Number)]);
    }
    expect(memory).toBeLessThan(memoryLimit);
  });
});
