import { createOrtRuntime } from '@msanet/runtime-ort';
import { tsmVictim } from '@msanet/victim-tsm';
import { graphRuntimeToken } from '@msanet/onnx';
import {
  createFrom,
  clipBatch,
  runAttack,
  misclassification,
  argmax,
  type Dependencies,
} from '@msanet/core';
import { msanetAttack } from '@msanet/attack-msanet';
import { readNpy } from '@msanet/tensor';
import { readFileSync } from 'node:fs';
import { perturbationSize } from './work/perturbation-size.js';
const rt = await createOrtRuntime({ threads: 2 });
const deps = {
  get: (t: symbol) => {
    if (t === graphRuntimeToken) return rt;
    throw new Error('x');
  },
} as unknown as Dependencies;
const dir = '../shared/fixtures/' + (process.argv[3] ?? 'tsm-r50');
const victim = await createFrom(tsmVictim, deps, { checkpoint: dir + '/checkpoint.pth.tar.br' });
const npy = readNpy(readFileSync(dir + '/frames_uint8.npy'));
const clip = clipBatch(
  Float32Array.from(npy.data as Uint8Array, (v) => v / 255),
  [1, ...npy.shape],
);
const label = argmax((await victim.predict(clip)).data);
const variants: Record<string, unknown>[] = JSON.parse(process.argv[2] ?? '[{}]');
for (const o of variants) {
  const attack = await createFrom(msanetAttack, deps, o);
  const out = await runAttack({
    attack,
    victim,
    clips: clip,
    criteria: [misclassification(label)],
    budget: { norm: 'linf', epsilon: 8 / 255 },
    seed: 0,
    onStep: (e) => {
      if (process.env.V) console.log(e.step, e.loss?.[0], e.succeeded);
    },
  });
  const c = out.clips[0];
  const p = perturbationSize(out.clean, out.adversarial);
  console.log(
    JSON.stringify(o),
    'success',
    c.success,
    'margin',
    c.margin.toFixed(4),
    'q',
    c.queries.gradient,
    'first',
    c.firstSuccess?.gradient,
    'linf',
    p.linfLevels,
    'mean',
    p.meanAbsolute.toFixed(4),
    'l2',
    p.l2.toFixed(3),
    'pix',
    p.pixelShare.toFixed(4),
    's',
    out.seconds.toFixed(1),
  );
  await attack.dispose?.();
}
await victim.dispose();
