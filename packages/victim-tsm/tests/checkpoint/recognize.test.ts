import { zeros, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { expectedTensors } from '../../src/checkpoint/expected-tensors.js';
import { mmactionKeys } from '../../src/checkpoint/mmaction.js';
import { officialKeys } from '../../src/checkpoint/official.js';
import { recognizeTsm } from '../../src/checkpoint/recognize.js';
import { mobilenetV2Backbone, resnetBackbone, type TsmConfig } from '../../src/index.js';

// That real state dicts are recognised is tested in family.test.ts. Here is what happens when they are not whole.

const config: TsmConfig = {
  backbone: resnetBackbone(50),
  segments: 8,
  shiftDivisor: 8,
  shiftPlacement: 'blockres',
  classes: 101,
  inputSize: 224,
};
const official = { style: officialKeys, wrapper: 'module.', classifier: 'new_fc' };

/** Empty tensors of the right shapes, which cost nothing. */
function stateDict(
  of: TsmConfig = config,
  naming: Parameters<typeof expectedTensors>[1] = official,
): Map<string, Tensor> {
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
  return () => recognizeTsm(from, 'file.pth');
}

describe('a checkpoint that does not fit', () => {
  it('is refused with the code of the catalogue', () => {
    const wrong = refusal((tensors) => tensors.delete('module.new_fc.bias'));
    expect(wrong).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
  });

  it('names a key that is missing', () => {
    const wrong = refusal((tensors) =>
      tensors.delete('module.base_model.layer3.4.bn2.running_var'),
    );
    expect(wrong).toThrow(
      'file.pth: expected the tensors of TSM ResNet-50, blockres shift, official names, got missing ' +
        'module.base_model.layer3.4.bn2.running_var; ',
    );
  });

  it('is not taken for a smaller network when its last block is gone', () => {
    const wrong = refusal((tensors) => {
      for (const key of [...tensors.keys()]) if (key.includes('layer4.2.')) tensors.delete(key);
    });
    expect(wrong).toThrow(
      /ResNet-50.* got missing 15 keys: module\.base_model\.layer4\.2\.conv1\.net/,
    );
  });

  it('names keys that are unexpected, shortened where they are many', () => {
    const wrong = refusal((tensors) => {
      for (let index = 0; index < 8; index++) {
        tensors.set(`module.base_model.layer2.0.nl.g.${index}.weight`, zeros('float32', [1]));
      }
    });
    expect(wrong).toThrow(/got unexpected 8 keys: module.*and 3 more/);
  });

  it('that has no shift, as TSN, is refused, for it would compute something else', () => {
    const wrong = refusal((tensors) => {
      for (const [key, tensor] of [...tensors]) {
        tensors.delete(key);
        tensors.set(key.replace('.net.', '.'), tensor);
      }
    });
    expect(wrong).toThrow(/missing 16 keys: .*conv1\.net\.weight.* and unexpected 16 keys/);
  });

  it('that shifts every block of a ResNet-101 is refused', () => {
    const wrong = refusal(
      (tensors) => {
        const key = 'module.base_model.layer3.1.conv1';
        tensors.set(`${key}.net.weight`, tensors.get(`${key}.weight`) as Tensor);
        tensors.delete(`${key}.weight`);
      },
      stateDict({ ...config, backbone: resnetBackbone(101) }),
    );
    expect(wrong).toThrow(/ResNet-101.*missing .*layer3\.1\.conv1\.weight and unexpected/);
  });

  it('names the tensor of the wrong shape', () => {
    const wrong = refusal((tensors) =>
      tensors.set('module.base_model.layer2.0.conv2.weight', zeros('float32', [128, 128, 1, 1])),
    );
    expect(wrong).toThrow(
      'file.pth, module.base_model.layer2.0.conv2.weight: expected shape (128, 128, 3, 3) for TSM ResNet-50',
    );
    expect(wrong).toThrow('got shape (128, 128, 1, 1) of float32; ');
  });

  it('that holds a classifier of no rank is refused', () => {
    const wrong = refusal((tensors) => tensors.set('module.new_fc.weight', zeros('float32', [])));
    expect(wrong).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
  });

  it('of another kind altogether is refused, briefly', () => {
    const wrong = refusal((tensors) => {
      tensors.clear();
      tensors.set('encoder.weight', zeros('float32', [3, 3]));
    });
    expect(wrong).toThrow(/missing \d+ keys: .* and unexpected encoder\.weight/);
    expect(() => recognizeTsm(new Map(), 'empty.pth')).toThrow(/empty\.pth.*missing/);
  });
});

describe('a checkpoint that fits', () => {
  it.each([
    { backbone: resnetBackbone(34), naming: { ...official, wrapper: '' } },
    {
      backbone: mobilenetV2Backbone(),
      naming: { ...official, classifier: 'base_model.classifier' },
    },
    {
      backbone: resnetBackbone(101),
      naming: { style: mmactionKeys, wrapper: 'module.', classifier: 'cls_head.fc_cls' },
    },
  ])('is recognised: $backbone.name', ({ backbone, naming }) => {
    const found = recognizeTsm(stateDict({ ...config, backbone }, naming), 'file.pth');
    expect(found.network).toEqual({ backbone, shiftPlacement: 'blockres', classes: 101 });
    expect(found.naming).toEqual(naming);
  });
});
