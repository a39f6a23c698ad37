import type { VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { cosine, relativeError } from '@msanet/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { readTsmWeights } from '../src/checkpoint/read-weights.js';
import { recognizeTsm } from '../src/checkpoint/recognize.js';
import { createTsmVictim, type TsmConfig } from '../src/index.js';
import { goldenClips, goldenTensors, readGolden } from './support/golden.js';

const networks = [
  { name: 'resnet18', backbone: 'ResNet-18', placement: 'blockres', style: 'official' },
  { name: 'resnet34-16-segments', backbone: 'ResNet-34', placement: 'blockres', style: 'official' },
  { name: 'resnet101', backbone: 'ResNet-101', placement: 'blockres', style: 'official' },
  { name: 'resnet50-block-in-place', backbone: 'ResNet-50', placement: 'block', style: 'official' },
  { name: 'mobilenetv2', backbone: 'MobileNetV2', placement: 'blockres', style: 'official' },
  {
    name: 'mobilenetv2-mmaction2',
    backbone: 'MobileNetV2',
    placement: 'blockres',
    style: 'mmaction2',
  },
  { name: 'resnet18-mmaction2', backbone: 'ResNet-18', placement: 'blockres', style: 'mmaction2' },
];

describe.each(networks)('the state dict $name', ({ name, backbone, placement, style }) => {
  let victim: VictimModel | undefined;
  afterEach(() => victim?.dispose());

  it('is recognised, and computes what PyTorch computes in float64', async () => {
    const golden = readGolden(name);
    const tensors = goldenTensors(name);
    const { network, naming } = recognizeTsm(tensors, name);
    expect(network.backbone.name).toBe(backbone);
    expect(network.shiftPlacement).toBe(placement);
    expect(network.classes).toBe(golden.classes);
    expect(naming.style.id).toBe(style);

    const { segments, shiftDivisor, inputSize } = golden;
    const config: TsmConfig = { ...network, segments, shiftDivisor, inputSize };
    victim = await createTsmVictim({
      config,
      weights: () => readTsmWeights(tensors, config, naming),
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
    const frame = data.length / segments;
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
