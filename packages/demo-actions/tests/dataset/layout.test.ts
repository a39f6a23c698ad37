import { describe, expect, it } from 'vitest';
import { demoClasses, selectClips } from '../../src/index.js';
import { clipId, isTested, parseClipId, splitFiles } from '../../src/dataset/layout.js';

describe('splitFiles', () => {
  const clips = selectClips({});
  const files = splitFiles(clips);
  const linesOf = (name: string): string[] => {
    const text = files.get(name) ?? '';
    expect(text.endsWith('\r\n'), name).toBe(true);
    return text.slice(0, -2).split('\r\n');
  };

  it('numbers the classes from 1', () => {
    expect(linesOf('classInd.txt')).toEqual(
      demoClasses.map(({ name }, index) => `${index + 1} ${name}`),
    );
  });

  it.each([1, 2, 3])('split %d trains and tests on all clips, and no group does both', (split) => {
    const trained = linesOf(`trainlist0${split}.txt`);
    const tested = linesOf(`testlist0${split}.txt`);
    expect(trained.length).toBe(72 * demoClasses.length);
    expect(tested.length).toBe(28 * demoClasses.length);
    const groupOf = (line: string): string => /_(g\d\d)_/.exec(line)?.[1] ?? line;
    const groups = new Set(tested.map(groupOf));
    expect(groups.size).toBe(7);
    for (const line of trained) {
      expect(groups.has(groupOf(line))).toBe(false);
      const [, name, label] = /^(\w+)\/v_\1_g\d\d_c\d\d\.avi (\d+)$/.exec(line) ?? [];
      expect(demoClasses[Number(label) - 1].name).toBe(name);
    }
    for (const line of tested) expect(line).toMatch(/^(\w+)\/v_\1_g\d\d_c\d\d\.avi$/);
  });

  it('tests groups 1 – 7, 8 – 14 and 15 – 21', () => {
    const tested = (split: number): number[] =>
      Array.from({ length: 25 }, (_, index) => index + 1).filter((group) => isTested(group, split));
    expect(tested(1)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(tested(2)).toEqual([8, 9, 10, 11, 12, 13, 14]);
    expect(tested(3)).toEqual([15, 16, 17, 18, 19, 20, 21]);
  });
});

describe('clipId', () => {
  it('is read back', () => {
    for (const clip of selectClips({ groups: [1, 25], clipsPerGroup: 12 })) {
      expect(parseClipId(clipId(clip))).toEqual(clip);
    }
  });

  it.each([
    'SitDown',
    'v_Fly_g01_c01',
    'v_SitDown_g26_c01',
    'v_SitDown_g00_c01',
    'v_SitDown_g1_c1',
  ])('is not %s', (id) => expect(parseClipId(id)).toBeUndefined());
});

describe('selectClips', () => {
  it('takes everything by default', () => {
    expect(selectClips({}).length).toBe(demoClasses.length * 25 * 4);
  });

  it('takes each clip once, in the order of the data set', () => {
    const chosen = selectClips({
      classes: ['WaveHand', 'SitDown'],
      groups: [3, 1, 3],
      clipsPerGroup: 2,
    });
    expect(chosen.map(clipId)).toEqual([
      ...['v_SitDown_g01_c01', 'v_SitDown_g01_c02', 'v_SitDown_g03_c01', 'v_SitDown_g03_c02'],
      ...['v_WaveHand_g01_c01', 'v_WaveHand_g01_c02', 'v_WaveHand_g03_c01', 'v_WaveHand_g03_c02'],
    ]);
    const only = ['v_WaveHand_g25_c03', 'v_SitDown_g01_c02'];
    expect(selectClips({ only }).map(clipId)).toEqual([...only].reverse());
  });

  it.each([
    { classes: ['Fly'] },
    { groups: [0] },
    { groups: [26] },
    { groups: [1.5] },
    { clipsPerGroup: 0 },
    { clipsPerGroup: 100 },
    { only: ['v_SitDown_g01_c01.avi'] },
  ])('refuses %j', (selection) => {
    expect(() => selectClips(selection)).toThrowError(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
