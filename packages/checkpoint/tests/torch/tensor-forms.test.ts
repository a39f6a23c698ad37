import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/index.js';
import { floats, streamCheckpoint, zipCheckpoint } from '../support/checkpoint-bytes.js';
import {
  call,
  code,
  dictionary,
  global,
  integer,
  tensor,
  text,
  tuple,
} from '../support/pickle-bytes.js';
import { invalidity } from '../support/rejection.js';

const whole = { length: 4, size: [2, 2], stride: [2, 1] };
const four = floats(1, 2, 3, 4);

describe('older and newer forms of tensors', () => {
  const load = async (root: Buffer, content: Uint8Array) => {
    const { tensors } = await parseCheckpoint(zipCheckpoint(root, { '0': content }));
    return [...tensors.values()][0];
  };

  it('_rebuild_tensor of PyTorch 0.3', async () => {
    const old = tensor(whole).toString('latin1').replace('_rebuild_tensor_v2', '_rebuild_tensor');
    const loaded = await load(dictionary([['w', Buffer.from(old, 'latin1')]]), four);
    expect([...loaded.data]).toEqual([1, 2, 3, 4]);
  });

  it('_rebuild_tensor_v3 of PyTorch 2.1, whose storage is bytes', async () => {
    const storage = Buffer.concat([
      tuple(
        text('storage'),
        global('torch.storage', 'UntypedStorage'),
        ...[text('0'), text('cpu'), integer(6)],
      ),
      code('BINPERSID'),
    ]);
    const shape = [integer(0), tuple(integer(3)), tuple(integer(1))];
    const rest = [code('NEWFALSE'), code('EMPTY_DICT'), global('torch', 'uint16')];
    const rebuilt = call(global('torch._utils', '_rebuild_tensor_v3'), storage, ...shape, ...rest);
    const loaded = await load(
      dictionary([['w', rebuilt]]),
      Buffer.from(Uint16Array.of(1, 2, 65535).buffer),
    );
    expect(loaded).toEqual({ dtype: 'uint16', shape: [3], data: Uint16Array.of(1, 2, 65535) });
  });

  it('a view of a storage, as PyTorch before 0.4 saved them', async () => {
    const view = tuple(text('view'), integer(1), integer(2));
    const storage = Buffer.concat([
      tuple(
        text('storage'),
        global('torch.cuda', 'FloatStorage'),
        ...[text('0'), text('cuda:0'), integer(4), view],
      ),
      code('BINPERSID'),
    ]);
    const rebuilt = (offset: number) =>
      call(
        global('torch._utils', '_rebuild_tensor'),
        ...[storage, integer(offset), tuple(integer(2)), tuple(integer(1))],
      );
    const file = (offset: number) =>
      streamCheckpoint(dictionary([['w', rebuilt(offset)]]), [['0', 4, four]]);
    const { tensors } = await parseCheckpoint(file(0));
    expect([...(tensors.get('w')?.data ?? [])]).toEqual([2, 3]);
    expect(await invalidity(parseCheckpoint(file(1)))).toContain('a view within the 2 elements');
  });

  it('big-endian archives, by their byteorder entry', async () => {
    const content = Buffer.from(four).swap32();
    const order = (text: string) => [{ name: 'archive/byteorder', content: Buffer.from(text) }];
    const root = dictionary([['w', tensor(whole)]]);
    const big = zipCheckpoint(root, { '0': content }, order('big'));
    const little = zipCheckpoint(root, { '0': four }, order('little'));
    for (const file of [big, little]) {
      const { tensors } = await parseCheckpoint(file);
      expect([...(tensors.get('w')?.data ?? [])]).toEqual([1, 2, 3, 4]);
    }
    const middle = zipCheckpoint(root, { '0': four }, order('middle'));
    expect(await invalidity(parseCheckpoint(middle))).toContain(
      'expected little or big, got middle',
    );
  });

  it('bools other than 0 and 1 are refused', async () => {
    const root = dictionary([
      ['w', tensor({ type: 'BoolStorage', length: 2, size: [2], stride: [1] })],
    ]);
    const file = zipCheckpoint(root, { '0': Buffer.from([1, 2]) });
    expect(await invalidity(parseCheckpoint(file))).toContain(
      'expected bools of 0 or 1, got byte 2',
    );
  });
});
