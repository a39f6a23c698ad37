import type { VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { cosine, relativeError } from '@msanet/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { readTdnWeights } from '../src/checkpoint/read-weights.js';
import { recognizeTdn } from '../src/checkpoint/recognize.js';
import { createTdnVictim } from '../src/index.js';
import { goldenClips, goldenTensors, readGolden } from './support/golden.js';

const networks = [
  { name: 'resnet50', backbone: 'ResNet-50', wrapper: 'module.', classifier: 'new_fc' },
  { name: 'resnet50-4-segments', backbone: 'ResNet-50', wrapper: '', classifier: 'new_fc' },
  {
    name: 'resnet101-16-segments',
    backbone: 'ResNet-101',
    wrapper: 'module.',
    classifier: 'new_fc',
  },
  {
    name: 'resnet18-1-segment-in-place',
    backbone: 'ResNet-18 ×0.5',
    wrapper: '',
    classifier: 'base_model.fc',
  },
  { name: 'resnet18-half', backbone: 'ResNet-18 ×0.5', wrapper: '', classifier: 'new_fc' },
  {
    name: 'custom-bottlenecks',
    backbone: 'ResNet of 1 + 2 + 1 bottleneck blocks',
    wrapper: '',
    classifier: 'new_fc',
  },
];

describe.each(networks)('the state dict $name', ({ name, backbone, wrapper, classifier }) => {
  let victim: VictimModel | undefined;
  afterEach(() => victim?.dispose());

  it('is recognised, and computes what PyTorch computes in float64', async () => {
    const golden = readGolden(name);
    const tensors = goldenTensors(name);
    const { network, naming, unused } = recognizeTdn(tensors, name);
    expect(network.backbone.name).toBe(backbone);
    expect(network.classes).toBe(golden.classes);
    expect(naming).toEqual({ wrapper, classifier });
    expect(unused).toEqual(
      ['weight', 'bias'].map((part) => `${wrapper}base_model.conv1_temp.${part}`),
    );

    const { segments, inputSize } = golden;
    const config = { ...network, segments, inputSize };
    victim = await createTdnVictim({
      config,
      weights: () => readTdnWeights(tensors, config, naming),
      runtime: await createOrtRuntime(),
    });
    const clips = goldenClips(golden);
    const { data: logits } = await victim.predict(clips);
    expect(relativeError(logits, golden.logits)).toBeLessThan(1e-5);

    const loss = { kind: 'cross-entropy', labels: [golden.label] } as const;
    const result = await victim.lossGradient(clips, loss);
    expect(relativeError(result.logits.data, golden.logits)).toBeLessThan(1e-5);
    expect(relativeError(result.loss, [golden.loss])).toBeLessThan(1e-5);

    const { data } = result.gradient;
    const sampled = data.filter((_, index) => index % golden.gradientStep === 0);
    expect(relativeError(sampled, golden.gradient)).toBeLessThan(1e-2);
    expect(cosine(sampled, golden.gradient)).toBeGreaterThan(0.9999);
    const frame = data.length / golden.gradientNormPerFrame.length;
    const norms = golden.gradientNormPerFrame.map((_, index) =>
      norm(data.subarray(index * frame, (index + 1) * frame)),
    );
    expect(relativeError([norm(data)], [golden.gradientNorm])).toBeLessThan(1e-3);
    expect(relativeError(norms, golden.gradientNormPerFrame)).toBeLessThan(1e-3);
  });
});

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
