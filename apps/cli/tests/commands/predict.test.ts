import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PredictResult } from '../../src/work/tasks/predict.js';
import { msanet } from '../support/command.js';
import { makeWorkspace, type Workspace } from '../support/workspace.js';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

describe('msanet predict', () => {
  it('prints one JSON document on stdout, with probabilities in order', async () => {
    const { status, stdout } = await msanet([
      'predict',
      workspace.video,
      workspace.video,
      ...workspace.victim,
      '--top',
      '4',
      '--json',
    ]);
    expect(status).toBe(0);
    const { predictions } = JSON.parse(stdout) as PredictResult;
    expect(predictions).toHaveLength(2);
    expect(predictions[0].frameCount).toBe(20);
    // TSM's middle frames of 8 segments of 2.5 frames.
    expect(predictions[0].frameIndices).toEqual([1, 3, 6, 8, 11, 13, 16, 18]);
    const probabilities = predictions[0].classes.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(probabilities.every((value) => value > 0 && value < 1)).toBe(true);
    expect(predictions[0].classes).toEqual(predictions[1].classes);
  });

  it('names the classes for people', async () => {
    const { status, stdout } = await msanet(['predict', workspace.video, ...workspace.victim]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/class +probability +index/);
    expect(stdout.trim().split('\n')).toHaveLength(3 + 5);
  });
});
