import { zeros, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { expectedTensors } from '../../src/checkpoint/expected-tensors.js';
import { recognizeTdn } from '../../src/checkpoint/recognize.js';
import { customTdnBackbone, tdnBackbone } from '../../src/index.js';

// That real state dicts are recognised is tested in family.test.ts. Here is what happens when they are not whole.

const network = { backbone: tdnBackbone(50), classes: 51 };
const wrapped = { wrapper: 'module.', classifier: 'new_fc' };

/** Empty tensors of the right shapes, which cost nothing. */
function stateDict(of = network, naming = wrapped): Map<string, Tensor> {
  const data = new Float32Array(0);
  return new Map(
    Array.from(expectedTensors(of, naming), ([key, shape]) => [
      key,
      { dtype: 'float32', shape, data } as Tensor,
    ]),
  );
}

function refusal(change: (tensors: Map<string, Tensor>) => void, from = stateDict()) {
  change(from);
  return () => recognizeTdn(from, 'file.pth');
}

function deleteMatching(tensors: Map<string, Tensor>, part: string): void {
  for (const key of [...tensors.keys()]) if (key.includes(part)) tensors.delete(key);
}

describe('a checkpoint that does not fit', () => {
  it('is refused with the code of the catalogue', () => {
    const wrong = refusal((tensors) => tensors.delete('module.new_fc.bias'));
    expect(wrong).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
  });

  it.each([
    'module.base_model.conv1.bias',
    'module.base_model.conv1_5.1.running_mean',
    'module.base_model.resnext_layer1.2.conv3.bias',
    'module.base_model.layer3_bak.4.shift.conv.weight',
    'module.base_model.layer4_bak.1.mse.bn3_smallscale4.running_var',
  ])('names a key that is missing: %s', (key) => {
    const wrong = refusal((tensors) => tensors.delete(key));
    expect(wrong).toThrow(`file.pth: expected the tensors of TDN ResNet-50, got missing ${key}; `);
  });

  it('is not taken for a smaller network when its last block is gone', () => {
    const wrong = refusal((tensors) => deleteMatching(tensors, 'layer4_bak.2.'));
    expect(wrong).toThrow(
      /ResNet-50, got missing \d+ keys: module\.base_model\.layer4_bak\.2\.conv1\.weight/,
    );
  });

  it('is refused when its last stage is gone, for the classifier does not fit', () => {
    const wrong = refusal((tensors) => deleteMatching(tensors, 'layer4_bak.'));
    expect(wrong).toThrow(/new_fc\.weight: expected shape \(51, 1024\).*got shape \(51, 2048\)/);
  });

  it('that has lost a block in the middle is refused', () => {
    const wrong = refusal((tensors) => deleteMatching(tensors, 'layer3_bak.7.'), stateDictOf101());
    expect(wrong).toThrow(/ResNet-101, got missing \d+ keys: .*layer3_bak\.7\.conv1/);
  });

  it('names keys that are unexpected', () => {
    const wrong = refusal((tensors) =>
      tensors.set('module.base_model.layer1_bak.0.mse.conv1.weight', zeros('float32', [4, 64])),
    );
    expect(wrong).toThrow('got unexpected module.base_model.layer1_bak.0.mse.conv1.weight; ');
  });

  it('names the tensor of the wrong shape', () => {
    const key = 'module.base_model.layer2_bak.1.shift.conv.weight';
    const wrong = refusal((tensors) => tensors.set(key, zeros('float32', [128, 1, 5])));
    expect(wrong).toThrow(
      `file.pth, ${key}: expected shape (128, 1, 3) for TDN ResNet-50, got shape (128, 1, 5) of float32; `,
    );
  });

  it('that is of TSM is refused', () => {
    const wrong = refusal((tensors) => {
      tensors.clear();
      tensors.set('module.base_model.conv1.weight', zeros('float32', [64, 3, 7, 7]));
      tensors.set('module.base_model.layer1.0.conv1.net.weight', zeros('float32', [64, 64, 1, 1]));
    });
    expect(wrong).toThrow(
      /TDN ResNet-50, got missing \d+ keys: .* and unexpected .*layer1\.0\.conv1\.net/,
    );
  });

  it.each([
    ['conv1', []],
    ['conv1', [0, 3, 7, 7]],
    ['layer1_bak.0.conv1', [0, 64, 1, 1]],
    ['layer2_bak.0.conv1', [130, 256, 1, 1]],
  ])('whose shapes make no network is refused: %s of shape %j', (layer, shape) => {
    const wrong = refusal((tensors) =>
      tensors.set(`module.base_model.${layer}.weight`, zeros('float32', shape)),
    );
    expect(wrong).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
  });

  it('of no tensors at all is refused', () => {
    expect(() => recognizeTdn(new Map(), 'empty.pth')).toThrow(/empty\.pth.*missing/);
  });
});

function stateDictOf101(): Map<string, Tensor> {
  return stateDict({ ...network, backbone: tdnBackbone(101) });
}

describe('a checkpoint that fits', () => {
  it.each([
    { backbone: tdnBackbone(50), naming: { wrapper: '', classifier: 'base_model.fc' } },
    { backbone: tdnBackbone(101), naming: wrapped },
    { backbone: tdnBackbone(34), naming: wrapped },
    { backbone: tdnBackbone(101, 0.5), naming: wrapped },
    {
      backbone: customTdnBackbone({
        name: 'ResNet of 1 + 1 + 3 basic blocks',
        block: 'basic',
        blocks: [1, 1, 3],
        stem: 3,
        widths: [5, 16, 48],
      }),
      naming: wrapped,
    },
  ])('is recognised: $backbone.name', ({ backbone, naming }) => {
    const found = recognizeTdn(stateDict({ backbone, classes: 51 }, naming), 'file.pth');
    expect(found).toEqual({ network: { backbone, classes: 51 }, naming, unused: [] });
  });

  it('may hold the tensors that nothing uses, and tells which', () => {
    const tensors = stateDict();
    tensors.set('module.base_model.conv1_temp.weight', zeros('float32', [64, 3, 7, 7]));
    tensors.set('module.base_model.conv1_temp.bias', zeros('float32', [64]));
    tensors.set('module.base_model.bn1.num_batches_tracked', zeros('int64', []));
    expect(recognizeTdn(tensors, 'file.pth').unused).toEqual([
      'module.base_model.conv1_temp.weight',
      'module.base_model.conv1_temp.bias',
    ]);
  });
});
