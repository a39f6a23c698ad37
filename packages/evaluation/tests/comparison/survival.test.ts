import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { summarizeRun, type AttackRecord } from '../../src/index.js';
import { diskStorage, type LineStorage } from '../../src/run-folder/line-file.js';
import { bundleToys } from '../support/bundle-toys.js';
import { launchToys } from '../support/launch-toy.js';
import { specialClip, toyClips, toyExperiment } from '../support/toy-comparison.js';
import { recordsOf, runToys, temporaryFolder } from '../support/toy-run.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const experiment = toyExperiment();
const programs = bundleToys(path('programs'));

/** Runs the toy comparison in a process, and kills that after so many lines of progress and so many milliseconds more. */
function killedRun(
  place: string,
  clips: number,
  death: { readonly lines: number; readonly delay: number } | undefined,
): Promise<{ readonly signal: string | null; readonly code: number | null; stderr: string }> {
  const args = [programs.main, place, String(clips), '2', programs.worker];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, MSANET_TOY_PAUSE: '4' },
  });
  let lines = 0;
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    const before = lines;
    lines += text.toString().split('\n').length - 1;
    if (death !== undefined && before <= death.lines && lines > death.lines) {
      setTimeout(() => child.kill('SIGKILL'), death.delay);
    }
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

describe('a run that is killed', () => {
  const seed = 20;
  it(`is finished by --resume as if nothing had happened, after ten kills at random moments (seed ${seed})`, async () => {
    const clips = await toyClips(30);
    await runToys({ experiment, clips, path: path('undisturbed') });
    const random = new Random(seed);
    let kills = 0;
    const sizes: number[] = [];
    while (kills < 10) {
      // Early lines are about the beginning of the run and the clean clips, later ones about attacks.
      const death = { lines: random.integer(14), delay: random.integer(30) };
      const { signal, stderr } = await killedRun(path('killed'), clips.length, death);
      expect(stderr).toBe('');
      expect(signal).toBe('SIGKILL');
      kills += 1;
      sizes.push(recordsThere(path('killed')));
    }
    // Every run went on where the one before had been killed.
    expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
    expect(sizes[9]).toBeGreaterThan(sizes[0]);
    expect(sizes[9]).toBeLessThan(120);
    const { code, stderr } = await killedRun(path('killed'), clips.length, undefined);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(recordsOf(path('killed'))).toEqual(recordsOf(path('undisturbed')));
  });
});

/** Whole records of attacks in a folder. */
function recordsThere(place: string): number {
  try {
    return readFileSync(join(place, 'records.jsonl'), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}

describe('a worker that dies', () => {
  it('costs a retry when it dies once, and changes no record', async () => {
    const clips = await toyClips(4);
    await runToys({ experiment, clips, path: path('whole') });
    await runToys({
      experiment,
      clips,
      path: path('wounded'),
      launch: launchToys(programs.worker, { MSANET_TOY_DEATH: 'clip-2' }),
    });
    expect(existsSync(path(`died-${process.pid}`))).toBe(true);
    expect(recordsOf(path('wounded'))).toEqual(recordsOf(path('whole')));
  });

  it('costs the clip that kills it twice a recorded failure, and no other clip anything', async () => {
    const [first, second] = await toyClips(2);
    const clips = [first, specialClip('deadly'), second];
    await runToys({ experiment, clips, path: path('deadly'), launch: launchToys(programs.worker) });
    const { clips: counts, failures } = summarizeRun(path('deadly'));
    expect(counts).toEqual({ chosen: 3, examined: 2, failed: 1 });
    expect(failures).toHaveLength(1);
    expect(failures[0].message).toMatch(/^clip deadly: .*SIGKILL; the machine may have run out/);
    const lines = readFileSync(join(path('deadly'), 'records.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line) as AttackRecord);
    expect(records.filter(({ failure }) => failure?.code === 'WORKER_FAILED')).toHaveLength(4);
    expect(records.filter(({ status }) => status === 'attacked')).not.toHaveLength(0);
  });
});

describe('a disk that fills up', () => {
  const seed = 3;
  it(`ends the run with a clear message, and what was recorded is whole (seed ${seed})`, async () => {
    const clips = await toyClips(6);
    await runToys({ experiment, clips, path: path('roomy') });
    const whole = recordsOf(path('roomy'));
    const random = new Random(seed);
    for (let round = 0; round < 5; round++) {
      const place = path(`full-${round}`);
      let room = 500 + random.integer(10_000);
      const tight = (file: string): LineStorage => {
        const disk = diskStorage(file);
        return {
          ...disk,
          write(bytes, offset) {
            const fits = Math.min(bytes.length, room);
            room -= fits;
            // A full disk takes what still fits, and only then fails.
            disk.write(bytes.subarray(0, fits), offset);
            if (fits === bytes.length) return;
            throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          },
        };
      };
      const failing = runToys({ experiment, clips, path: place, storage: tight, resume: true });
      await expect(failing).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringMatching(/a full disk \(ENOSPC\); make room .* --resume: nothing/),
      });
      // Whatever there is, is whole lines of the undisturbed run.
      for (const line of linesThere(place)) expect(whole).toContain(line);
      await runToys({ experiment, clips, path: place, resume: true });
      expect(recordsOf(place)).toEqual(whole);
    }
  });

  const tiny = path('tiny');
  mkdirSync(tiny);
  const mount = (size: string): boolean => {
    const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', tiny];
    return spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
  };
  const unmount = (): void => void spawnSync('umount', ['-l', tiny]);
  const permitted = mount('40k');
  if (permitted) unmount();
  it.skipIf(!permitted)(
    'does the same on a real one of 40 kB (needs the right to mount a tmpfs)',
    async () => {
      mount('40k');
      try {
        const clips = await toyClips(12);
        const place = join(tiny, 'run');
        await runToys({ experiment, clips, path: path('large') });
        const whole = recordsOf(path('large'));
        await expect(runToys({ experiment, clips, path: place })).rejects.toMatchObject({
          code: 'OUTPUT_UNWRITABLE',
        });
        const kept = linesThere(place);
        expect(kept.length).toBeGreaterThan(12);
        for (const line of kept) expect(whole).toContain(line);
        spawnSync('mount', ['-o', 'remount,size=4m', tiny]);
        await runToys({ experiment, clips, path: place, resume: true });
        expect(recordsOf(place)).toEqual(whole);
      } finally {
        unmount();
      }
    },
  );
});

/** The records that are there, without their times. */
function linesThere(place: string): string[] {
  try {
    return recordsOf(place);
  } catch {
    // No attack was recorded yet.
    return [];
  }
}
