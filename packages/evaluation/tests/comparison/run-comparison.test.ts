import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AttackRecord, ClipRecord } from '../../src/index.js';
import { summarizeRun } from '../../src/index.js';
import { specialClip, toyClips, toyExperiment, toyMargin } from '../support/toy-comparison.js';
import { recordsOf, runToys, temporaryFolder } from '../support/toy-run.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

function read<R>(name: string, file: string): R[] {
  return readFileSync(join(path(name), file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as R);
}

describe('a comparison', () => {
  it('records every victim × attack × clip × seed once, in canonical order', async () => {
    const experiment = toyExperiment({ seeds: [0, 5] });
    const clips = await toyClips(10);
    expect(await runToys({ experiment, clips, path: path('all') })).toBe(true);
    const records = read<AttackRecord>('all', 'records.jsonl');
    const wanted = clips.flatMap(({ id }) =>
      ['early', 'late'].flatMap((victim) =>
        ['climb', 'scatter'].flatMap((attack) =>
          [0, 5].map((seed) => `${id} ${victim} ${attack} ${seed}`),
        ),
      ),
    );
    expect(
      records.map(({ clip, victim, attack, seed }) => `${clip} ${victim} ${attack} ${seed}`),
    ).toEqual(wanted);
  });

  it('records what the victims really say of the clean clips', async () => {
    const clips = await toyClips(10);
    const examined = read<ClipRecord>('all', 'clips.jsonl');
    expect(examined.map(({ clip }) => clip)).toEqual(clips.map(({ id }) => id));
    for (const [index, record] of examined.entries()) {
      for (const victim of ['early', 'late']) {
        const margin = await toyMargin(victim, clips[index]);
        expect(record.victims[victim].margin).toBeCloseTo(margin, 6);
        expect(record.victims[victim].correct).toBe(margin < 0);
      }
      expect(record.frames).toEqual([0, 1, 2, 3]);
      expect(record.pixels).toMatch(/^[0-9a-f]{64}$/);
    }
    // Every fifth toy clip is mislabelled on purpose.
    expect(examined.filter(({ victims }) => victims['early'].correct)).toHaveLength(8);
  });

  it('attacks each victim on the clips that it gets right, and keeps the perturbation to its frames', () => {
    const examined = read<ClipRecord>('all', 'clips.jsonl');
    for (const record of read<AttackRecord>('all', 'records.jsonl')) {
      const clean = examined.find(({ clip }) => clip === record.clip)?.victims[record.victim];
      expect(record.status).toBe(clean?.correct ? 'attacked' : 'clean-wrong');
      expect(record.success).toBe(clean?.correct ? record.result?.adversarial.success : true);
      if (record.result === null) continue;
      expect(record.result.clean.margin).toBeCloseTo(clean?.margin ?? NaN, 6);
      // Each victim looks at two of the four frames of the space; the gradient of the others is zero.
      if (record.attack === 'climb') expect(record.result.zeroGradientShare).toBeCloseTo(0.5, 2);
      expect(record.result.metrics['linf']).toBeLessThanOrEqual(32.001);
      expect(Object.keys(record.result.transfer)).toEqual([
        record.victim === 'early' ? 'late' : 'early',
      ]);
    }
  });

  it('counts in the summary what the records say', () => {
    const summary = summarizeRun(path('all'));
    const records = read<AttackRecord>('all', 'records.jsonl');
    expect(summary.finished).toBe(true);
    for (const cell of summary.cells) {
      const own = records.filter(
        ({ victim, attack }) => victim === cell.victim && attack === cell.attack,
      );
      const attacked = own.filter(({ status }) => status === 'attacked');
      expect(cell.success?.overCleanCorrect.trials).toBe(attacked.length);
      expect(cell.success?.overCleanCorrect.successes).toBe(
        attacked.filter(({ success }) => success).length,
      );
      expect(cell.success?.overAll.trials).toBe(own.length);
      const transfers = attacked.flatMap(({ result }) => Object.values(result?.transfer ?? {}));
      const counted = transfers.filter(({ cleanCorrect }) => cleanCorrect);
      const elsewhere = summary.transfer.find(
        ({ attack, crafted, judged }) =>
          attack === cell.attack && crafted === cell.victim && judged !== cell.victim,
      );
      expect(elsewhere?.success.trials).toBe(counted.length);
      expect(elsewhere?.success.successes).toBe(counted.filter(({ success }) => success).length);
    }
    // Gradient steps of that size fool a linear victim nearly always.
    expect(summary.cells[0].success?.overCleanCorrect.rate).toBeGreaterThan(0.9);
  });

  it('gives the same records for any number of workers, and for a part of the comparison', async () => {
    const experiment = toyExperiment();
    const clips = await toyClips(9);
    await runToys({ experiment, clips, path: path('one') });
    await runToys({ experiment, clips, path: path('three'), workers: 3 });
    expect(recordsOf(path('three'))).toEqual(recordsOf(path('one')));
    const part = toyExperiment({ victims: ['late'], attacks: experiment.attacks.slice(0, 1) });
    await runToys({ experiment: part, clips: clips.slice(3, 9), path: path('part') });
    const [late] = read<AttackRecord>('part', 'records.jsonl').filter(
      ({ status }) => status === 'attacked',
    );
    const same = read<AttackRecord>('one', 'records.jsonl').find(
      ({ clip, victim, attack }) =>
        clip === late.clip && victim === late.victim && attack === late.attack,
    );
    // The space is smaller with one victim, so the random start differs; what is known of the clean clip does not.
    expect(same?.result?.clean).toEqual(late.result?.clean);
  });

  it('attacks only clips that all victims get right, when asked', async () => {
    const experiment = toyExperiment({ select: 'clean-correct-all' });
    const clips = await toyClips(10);
    await runToys({ experiment, clips, path: path('common') });
    const examined = new Map(
      read<ClipRecord>('common', 'clips.jsonl').map((record) => [record.clip, record.victims]),
    );
    const statuses = new Set<string>();
    for (const { clip, victim, status } of read<AttackRecord>('common', 'records.jsonl')) {
      const verdicts = examined.get(clip) ?? {};
      const all = Object.values(verdicts).every(({ correct }) => correct);
      const expected = all ? 'attacked' : verdicts[victim].correct ? 'not-selected' : 'clean-wrong';
      expect(status).toBe(expected);
      statuses.add(status);
    }
    expect(statuses).toEqual(new Set(['attacked', 'not-selected', 'clean-wrong']));
  });

  it('passes over clips of the target class, and never counts a misclassified clip as a targeted success', async () => {
    const experiment = toyExperiment({ target: 'sit' });
    const clips = await toyClips(12);
    await runToys({ experiment, clips, path: path('targeted') });
    const records = read<AttackRecord>('targeted', 'records.jsonl');
    const target = 2;
    for (const record of records) {
      if (record.label === target) expect(record.status).toBe('is-target');
      else expect(record.target).toBe(target);
      if (record.status === 'attacked') {
        expect(record.success).toBe(record.result?.adversarial.prediction.index === target);
      }
    }
    expect(records.some(({ status }) => status === 'attacked')).toBe(true);
    const random = toyExperiment({ target: 'random' });
    await runToys({ experiment: random, clips, path: path('random-target') });
    for (const { label, target: wanted } of read<AttackRecord>('random-target', 'records.jsonl')) {
      expect(wanted).not.toBe(label);
    }
  });

  it('judges compressed clips, the clean ones too', async () => {
    const experiment = toyExperiment({ compression: [16, 50] });
    await runToys({ experiment, clips: await toyClips(6), path: path('compressed') });
    for (const { victims } of read<ClipRecord>('compressed', 'clips.jsonl')) {
      expect(Object.keys(victims['early'].compressed)).toEqual(['16', '50']);
    }
    const summary = summarizeRun(path('compressed'));
    for (const cell of summary.cells) {
      expect(Object.keys(cell.compressedSuccess)).toEqual(['16', '50']);
      expect(cell.compressedSuccess['16'].trials).toBe(cell.attacked);
    }
  });

  it('records a broken clip as a failure of its jobs, and goes on', async () => {
    const experiment = toyExperiment();
    const clips = [
      ...(await toyClips(3)),
      specialClip('broken-1'),
      ...(await toyClips(5)).slice(3),
    ];
    await runToys({ experiment, clips, path: path('broken') });
    const records = read<AttackRecord>('broken', 'records.jsonl');
    const failed = records.filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(4);
    for (const { clip, failure, success } of failed) {
      expect(clip).toBe('broken-1');
      expect(failure?.code).toBe('VIDEO_INVALID');
      expect(success).toBe(false);
    }
    const summary = summarizeRun(path('broken'));
    expect(summary.clips).toEqual({ chosen: 6, examined: 5, failed: 1 });
    expect(summary.failures).toEqual([
      { message: 'broken-1: expected a video, got a broken one; mend it', count: 1 },
    ]);
    expect(summary.cells[0].success?.failed).toBe(1);
  });
});
