import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  InertClass,
  type InertValue,
  readCheckpoint,
  type StorageView,
  StoredTensor,
} from '../../src/index.js';
import { invalidity } from '../support/rejection.js';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

describe.each(['zip-2', 'zip-4', 'stream-2', 'stream-4'])('metadata of training.%s.pth', (kind) => {
  const metadata = async () => (await readCheckpoint(`${fixtures}training.${kind}.pth`)).metadata;

  it('holds plain values as they were saved', async () => {
    const values = await metadata();
    const plain = ['epoch', 'arch', 'big', 'negative', 'pair', 'nothing', 'size'];
    expect(plain.map((name) => values.get(name))).toEqual([
      7,
      'toy',
      2n ** 70n,
      -(2 ** 40),
      [1, 'two'],
      null,
      [2, 3],
    ]);
    expect(Buffer.from(values.get('raw') as Uint8Array).toString('hex')).toBe('00ff');
    expect(Buffer.from(values.get('array') as Uint8Array).toString('latin1')).toBe('ab');
    expect(values.get('labels')).toEqual(new Set(['run', 'walk']));
    expect(values.get('frozen')).toEqual(new Set([1, 2]));
    expect(values.get('history')).toEqual(new Map([['loss', [0.5, 0.25]]]));
  });

  it('holds classes and objects by name', async () => {
    const values = await metadata();
    expect(values.get('dtype')).toEqual(new InertClass('torch', 'float16'));
    const namespace = values.get('args') as InertValue;
    expect(namespace.class).toBe('argparse.Namespace');
    expect(namespace.state).toEqual(
      new Map<string, unknown>([
        ['lr', 0.1],
        ['gpus', [0, 1]],
      ]),
    );
    expect((values.get('scalar') as InertValue).class).toBe('numpy.core.multiarray.scalar');
  });

  it('holds tensors outside the state dict as descriptions without elements', async () => {
    const values = await metadata();
    const best = values.get('best') as StoredTensor;
    expect(best).toBeInstanceOf(StoredTensor);
    expect([best.elementType.name, best.shape]).toEqual(['float32', []]);
    expect((values.get('complex') as StoredTensor).elementType.name).toBe('complex64');
    expect((values.get('storage') as StorageView).length).toBe(2);
    const optimizer = values.get('optimizer') as Map<
      string,
      Map<number, Map<string, StoredTensor>>
    >;
    const momentum = optimizer.get('state')?.get(0)?.get('momentum_buffer');
    expect(momentum?.shape).toEqual([3, 2, 3, 3]);
  });
});

describe('nested state dicts', () => {
  it('are joined with dots, and what is no tensor is metadata under its whole name', async () => {
    const { tensors, metadata } = await readCheckpoint(`${fixtures}nested.zip-2.pth`);
    expect([...tensors.keys()]).toEqual([
      'backbone.weight',
      'backbone.bias',
      'heads.0.weight',
      'heads.1.weight',
    ]);
    expect([...metadata]).toEqual([
      ['model_state.version', 2],
      ['iteration', 10],
    ]);
  });
});

describe('files of PyTorch that hold no state dict', () => {
  it.each([
    ['whole-model.zip-2', 'torch.nn.modules.linear.Linear', 'model.state_dict()'],
    ['whole-model.stream-2', 'torch.nn.modules.linear.Linear', 'model.state_dict()'],
    ['whole-model-entry.zip-2', 'a dictionary of epoch, model', 'torch.nn.modules.linear.Linear'],
    ['one-tensor.zip-2', 'got a tensor', 'model.state_dict()'],
    ['complex.zip-2', 'spectrum: expected', 'complex64'],
    ['torchscript', 'a TorchScript archive', 'torch.jit.load'],
  ])('%s.pth is refused with what it is and what to do', async (name, got, remedy) => {
    const sentence = await invalidity(readCheckpoint(`${fixtures}${name}.pth`));
    expect(sentence).toContain(`${name}.pth`);
    expect(sentence).toContain(got);
    expect(sentence).toContain(remedy);
  });
});
