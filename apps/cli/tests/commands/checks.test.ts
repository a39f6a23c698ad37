import { readFile } from 'node:fs/promises';
import { readNpy } from '@msanet/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchResult } from '../../src/work/tasks/bench.js';
import type { GradcheckResult } from '../../src/work/tasks/gradcheck.js';
import type { GradientResult } from '../../src/work/tasks/gradient.js';
import type { ProbeResult } from '../../src/work/tasks/probe.js';
import { msanet } from '../support/command.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

async function json<R>(...args: string[]): Promise<R> {
  const { status, stdout, stderr } = await msanet([...args, '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as R;
}

describe('msanet gradient', () => {
  it('writes the gradient that it reports', async () => {
    const out = workspace.path('gradient.npy');
    const result = await json<GradientResult>(
      'gradient',
      workspace.video,
      ...workspace.victim,
      ...['--label', '7', '--out', out],
    );
    const gradient = readNpy(await readFile(out));
    expect(gradient.dtype).toBe('float32');
    expect(gradient.shape).toEqual([8, 3, 64, 64]);
    let squares = 0;
    for (const value of gradient.data) squares += Number(value) ** 2;
    expect(Math.sqrt(squares)).toBeCloseTo(result.gradient.l2, 5);
    // Cross-entropy from the logits themselves.
    const highest = Math.max(...result.logits);
    const sum = result.logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
    expect(result.loss).toBeCloseTo(highest + Math.log(sum) - result.logits[7], 4);
  });

  it('takes a class by its name', async () => {
    const result = await json<GradientResult>(
      'gradient',
      workspace.video,
      ...workspace.victim,
      ...['--label', 'CARTWHEEL', '--loss', 'margin', '--out', workspace.path('margin.npy')],
    );
    expect(result.label.name).toBe('cartwheel');
    const others = result.logits.filter((_, index) => index !== result.label.index);
    expect(result.loss).toBeCloseTo(Math.max(...others) - result.logits[result.label.index], 4);
  });
});

describe('msanet gradcheck', () => {
  it('agrees with finite differences', async () => {
    const result = await json<GradcheckResult>('gradcheck', ...workspace.victim);
    expect(result.passed).toBe(true);
    expect(result.checks).toHaveLength(5);
    expect(result.gradientNorm).toBeGreaterThan(0);
  });
});

describe('msanet bench', () => {
  it('reports medians and memory', async () => {
    const result = await json<BenchResult>('bench', ...workspace.victim, '--rounds', '2');
    expect(result.forward.minimum).toBeGreaterThan(0);
    expect(result.lossGradient?.median).toBeGreaterThan(result.forward.minimum);
    expect(result.peakMemory).toBeGreaterThan(2 ** 24);
  });
});

describe('msanet doctor', () => {
  it('finds the default path usable', async () => {
    const result = await json<ProbeResult>('doctor');
    expect(result.usable).toBe(true);
    expect(result.devices.find(({ device }) => device === 'cpu')?.usable).toBe(true);
    expect(result.victims).toEqual([
      { victim: 'tsm-demo', usable: true },
      { victim: 'tdn-demo', usable: true },
    ]);
  });
});

describe('msanet list', () => {
  it.each([
    ['victims', ['tsm', 'tdn', 'tsm-demo', 'tdn-demo', 'onnx']],
    ['attacks', ['msanet', 'pgd', 'fgsm', 'random-noise']],
    ['datasets', ['ucf101', 'hmdb51', 'demo-actions', 'folders', 'list']],
    ['runtimes', ['ort', 'reference']],
  ])('%s', async (kind, ids) => {
    const entries = await json<{ id: string }[]>('list', kind);
    expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it('is an empty list where there is nothing', async () => {
    expect(await json('list', 'attentions')).toEqual([]);
  });
});
