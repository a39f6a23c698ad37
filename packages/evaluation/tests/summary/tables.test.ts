import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonText, writeSummary } from '../../src/index.js';
import { specialClip, toyClips, toyExperiment } from '../support/toy-comparison.js';
import { runToys, temporaryFolder } from '../support/toy-run.js';

const folder = temporaryFolder();

describe('the tables of a comparison', () => {
  it('say what the summary says, in text and in CSV', async () => {
    const path = join(folder, 'run');
    await runToys({
      experiment: toyExperiment({ compression: [20] }),
      clips: await toyClips(10),
      path,
    });
    const summary = writeSummary(path);
    const text = readFileSync(join(path, 'table.txt'), 'utf8');
    expect(text).toBe(comparisonText(summary));
    expect(JSON.parse(readFileSync(join(path, 'summary.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(summary)),
    );
    const lines = text.split('\n');
    const [cell] = summary.cells;
    const own = cell.success?.overCleanCorrect;
    const row = lines.find((line) => /^early\s+climb\s+linf 32\/255/.test(line)) ?? '';
    expect(row).toContain(`${own?.successes}/${own?.trials}`);
    expect(row).toContain(`${(100 * (own?.rate ?? NaN)).toFixed(1)} %`);
    expect(row).toContain((cell.metrics['l2']?.mean ?? NaN).toFixed(2));
    expect(lines.some((line) => line.startsWith('attack   crafted on'))).toBe(true);
    expect(text).toContain('CRF 20');

    const csv = readFileSync(join(path, 'table.csv'), 'utf8').trimEnd().split('\r\n');
    const table = csv.map((line) => line.split(','));
    const [header, first] = table;
    const field = (name: string): string => first[header.indexOf(name)];
    expect(field('victim')).toBe('early');
    expect(field('judged_on')).toBe('early');
    expect(Number(field('success'))).toBe(own?.rate);
    expect(Number(field('wilson_low'))).toBe(own?.low);
    expect(Number(field('l2'))).toBe(cell.metrics['l2']?.mean);
    // Two victims, two attacks, judged on two victims.
    expect(table).toHaveLength(1 + 2 * 2 * 2);
    for (const line of table) expect(line).toHaveLength(header.length);
  });

  it.each([
    [['damaged-b'], 'damaged, damaged-b'],
    [['damaged-b', 'damaged-c', 'damaged-a'], 'damaged, damaged-b and 2 more'],
  ])('are followed by which clips are damaged: %j', async (ids, heading) => {
    const path = join(folder, heading);
    const clips = [...(await toyClips(1)), ...ids.map(specialClip)];
    await runToys({ experiment: toyExperiment(), clips, path });
    const lines = comparisonText(writeSummary(path)).split('\n');
    expect(lines.filter((line) => line.startsWith('  damaged'))).toEqual([
      `  ${heading}: A part of the video could not be decoded; the 6 frames before it are used.`,
    ]);
  });

  it('of a run that is not finished say so', async () => {
    const path = join(folder, 'part');
    const experiment = toyExperiment();
    const finished = await runToys({
      experiment,
      clips: await toyClips(6),
      path,
      onProgress: ({ phase, done }, pool) => {
        if (phase === 'attack' && done === 4) pool.close();
      },
    });
    expect(finished).toBe(false);
    expect(comparisonText(writeSummary(path))).toMatch(/^This comparison is not finished\./);
  });
});
