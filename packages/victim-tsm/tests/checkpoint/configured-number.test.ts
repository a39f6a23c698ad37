import { expect, it } from 'vitest';
import { configuredNumber } from '../../src/checkpoint/configured-number.js';

const metadata = (meta: [string, string][]) => new Map([['meta', new Map(meta)]]);

it.each([
  { meta: metadata([['cfg', 'model = dict(backbone=dict(depth=50, num_segments=16))']]), is: 16 },
  { meta: metadata([['config', "backbone={'num_segments': 4}, x=dict(num_segments=8)"]]), is: 4 },
  { meta: metadata([['cfg', 'model = dict(type="Recognizer2D")']]), is: undefined },
  { meta: metadata([['cfg', 'num_segments=cfg.segments']]), is: undefined },
  { meta: metadata([['cfg', 'my_num_segments=3']]), is: undefined },
  { meta: new Map([['meta', 'num_segments=16']]), is: undefined },
  { meta: new Map(), is: undefined },
])('num_segments of $meta is $is', ({ meta, is }) => {
  expect(configuredNumber(meta, 'num_segments')).toBe(is);
});
