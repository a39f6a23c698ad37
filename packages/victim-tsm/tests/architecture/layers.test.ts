import { describe, expect, it } from 'vitest';
import { tsmLayers } from '../../src/architecture/layer.js';
import { mobilenetV2Backbone, resnetBackbone, type TsmConfig } from '../../src/index.js';

const rest = {
  segments: 8,
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
  classes: 3,
  inputSize: 64,
} as const;
const withBackbone = (backbone: TsmConfig['backbone']): TsmConfig => ({ backbone, ...rest });

/** Parameters of the convolutions and their normalisations, as PyTorch counts them. */
function parameters(config: TsmConfig): number {
  return tsmLayers(config).reduce((sum, { shape }) => {
    const [output, input, height, width] = shape;
    return sum + output * input * height * width + 2 * output;
  }, 0);
}

describe('the layers of a network', () => {
  it.each([
    // The published sizes (torchvision's model pages), less the classifiers for 1,000 ImageNet classes.
    { backbone: resnetBackbone(18), total: 11_689_512 - 513_000 },
    { backbone: resnetBackbone(34), total: 21_797_672 - 513_000 },
    { backbone: resnetBackbone(50), total: 25_557_032 - 2_049_000 },
    { backbone: resnetBackbone(101), total: 44_549_160 - 2_049_000 },
    { backbone: mobilenetV2Backbone(), total: 3_504_872 - 1_281_000 },
  ])('$backbone.name have the published number of parameters', ({ backbone, total }) => {
    expect(parameters(withBackbone(backbone))).toBe(total);
  });

  const shiftedIn = (config: TsmConfig): string[] =>
    tsmLayers(config).flatMap(({ name, shifted }) => (shifted === undefined ? [] : [name]));

  it('are shifted on the first convolution of every block', () => {
    const layers = shiftedIn(withBackbone(resnetBackbone(18)));
    const blocks = [1, 2, 3, 4].flatMap((stage) => [`layer${stage}.0`, `layer${stage}.1`]);
    expect(layers).toEqual(blocks.map((block) => `${block}.conv1`));
    expect(shiftedIn(withBackbone(resnetBackbone(50)))).toHaveLength(16);
  });

  it('are shifted in every second block of ResNet-101', () => {
    const layers = shiftedIn(withBackbone(resnetBackbone(101)));
    expect(layers).toHaveLength(2 + 2 + 12 + 2);
    expect(layers.slice(0, 4)).toEqual(
      [0, 2]
        .flatMap((block) => `layer1.${block}.conv1`)
        .concat([0, 2].map((block) => `layer2.${block}.conv1`)),
    );
    const block = { ...withBackbone(resnetBackbone(101)), shiftPlacement: 'block' } as const;
    expect(new Set(shiftedIn(block).map((name) => name.replace(/\.\w+$/, ''))).size).toBe(33);
  });

  it('are shifted in the ten expanded blocks of MobileNetV2 that have a shortcut', () => {
    const layers = shiftedIn(withBackbone(mobilenetV2Backbone()));
    expect(layers).toHaveLength(10);
    expect(layers.every((name) => name.endsWith('.expand'))).toBe(true);
    expect(layers[0]).toBe('layer2.1.expand');
  });

  it('become narrower with a width below 1', () => {
    const narrow = resnetBackbone(18, 0.25);
    expect(narrow).toMatchObject({ stem: 16, widths: [16, 32, 64, 128], features: 128 });
    expect(mobilenetV2Backbone(0.25).stages.map(({ channels }) => channels)).toEqual([
      8, 8, 8, 16, 24, 40, 80,
    ]);
  });
});
