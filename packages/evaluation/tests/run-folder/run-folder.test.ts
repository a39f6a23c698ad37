import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunFolder, type Manifest } from '../../src/index.js';
import { toyClips, toyExperiment } from '../support/toy-comparison.js';
import { runToys, temporaryFolder, toyManifest } from '../support/toy-run.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const manifest = (changes: Partial<Manifest> = {}): Manifest => ({
  ...toyManifest(toyExperiment(), [], { victims: [], classMaps: [] }),
  ...changes,
});

/** What a call refuses with. */
function refusal(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a run folder', () => {
  it('is not entered twice without --resume, and not where something else lies', () => {
    const first = RunFolder.open(path('run'), { resume: false });
    first.begin(manifest());
    first.close();
    expect(refusal(() => RunFolder.open(path('run'), { resume: false }))).toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringContaining('continue that run with --resume'),
    });
    RunFolder.open(path('run'), { resume: true }).close();
    writeFileSync(join(folder, 'thesis.tex'), '');
    expect(refusal(() => RunFolder.open(folder, { resume: true }))).toMatchObject({
      code: 'RUN_EXISTS',
    });
  });

  it('belongs to one process at a time', async () => {
    const first = RunFolder.open(path('locked'), { resume: false });
    first.begin(manifest());
    expect(refusal(() => RunFolder.open(path('locked'), { resume: true }))).toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
    });
    first.close();
    expect(existsSync(join(path('locked'), 'lock'))).toBe(false);
    // A process that was killed leaves its lock; the next one takes it.
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    const holder = { pid: child.pid, host: hostname(), started: null };
    writeFileSync(join(path('locked'), 'lock'), JSON.stringify(holder));
    expect(refusal(() => RunFolder.open(path('locked'), { resume: true }))).toMatchObject({
      code: 'RUN_LOCKED',
    });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    RunFolder.open(path('locked'), { resume: true }).close();
    // The same number, given to another process since: the lock is dead all the same.
    const reused = { pid: process.pid, host: hostname(), started: '1' };
    writeFileSync(join(path('locked'), 'lock'), JSON.stringify(reused));
    if (existsSync('/proc/self/stat')) RunFolder.open(path('locked'), { resume: true }).close();
    // Nobody knows whether a process elsewhere is alive.
    const elsewhere = { pid: 1, host: 'another-machine', started: null };
    writeFileSync(join(path('locked'), 'lock'), JSON.stringify(elsewhere));
    expect(refusal(() => RunFolder.open(path('locked'), { resume: true }))).toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining('another-machine'),
    });
  });

  it('refuses to go on with other options, files or versions, and names the difference', () => {
    const start = RunFolder.open(path('same'), { resume: false });
    start.begin(manifest());
    start.close();
    const changed = toyExperiment({ seeds: [0, 1] });
    const differences: [Partial<Manifest>, string][] = [
      [{ experiment: changed }, 'experiment.seeds[1] to be absent as when the run began, got 1'],
      [
        { experiment: toyExperiment({ target: 'sit' }) },
        'experiment.target to be null as when the run began, got "sit"',
      ],
      [{ versions: { msanet: '9' } }, 'versions.msanet to be "test"'],
      [{ files: [{ path: 'w.pth', bytes: 1, sha256: 'x' }] }, 'files[0] to be absent'],
      [
        { dataset: { classes: ['run', 'jump', 'sit', 'wave'], clips: 1, sha256: 'test' } },
        'dataset.clips to be 0',
      ],
    ];
    for (const [difference, sentence] of differences) {
      const again = RunFolder.open(path('same'), { resume: true });
      expect(refusal(() => again.begin(manifest(difference)))).toMatchObject({
        code: 'RUN_DIFFERS',
        message: expect.stringContaining(sentence),
      });
      again.close();
    }
    const elsewhere = RunFolder.open(path('same'), { resume: true });
    // Where and when it runs may differ.
    elsewhere.begin(manifest({ circumstances: { workers: 7 } }));
    elsewhere.close();
    expect(readFileSync(join(path('same'), 'manifest.json'), 'utf8')).not.toContain('workers');
  });

  it('of another format or without a manifest is refused', () => {
    const start = RunFolder.open(path('foreign'), { resume: false });
    start.begin(manifest());
    start.close();
    writeFileSync(join(path('foreign'), 'manifest.json'), '{"format":"msanet-run/9"}');
    expect(refusal(() => RunFolder.open(path('foreign'), { resume: true }))).toMatchObject({
      code: 'RUN_INVALID',
    });
    expect(existsSync(join(path('foreign'), 'lock'))).toBe(false);
  });

  it('that cannot be made says so', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(
      refusal(() => RunFolder.open(join(folder, 'file', 'run'), { resume: false })),
    ).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });

  it('in which no run was begun is taken away again, if it was made for it', () => {
    RunFolder.open(path('empty'), { resume: false }).close();
    expect(existsSync(path('empty'))).toBe(false);
    mkdirSync(path('before'));
    RunFolder.open(path('before'), { resume: false }).close();
    expect(existsSync(path('before'))).toBe(true);
  });

  it('whose run is finished is left as it is by another --resume', async () => {
    const experiment = toyExperiment();
    const clips = await toyClips(3);
    await runToys({ experiment, clips, path: path('finished') });
    const before = readFileSync(join(path('finished'), 'records.jsonl'));
    await runToys({ experiment, clips, path: path('finished'), resume: true });
    expect(readFileSync(join(path('finished'), 'records.jsonl')).equals(before)).toBe(true);
  });
});
