import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoActionsCache, demoActionsVersion } from '../../src/index.js';

describe('demoActionsCache', () => {
  const name = `demo-actions-v${demoActionsVersion}-seed3`;

  it.each([
    [{ MSANET_CACHE: '/a', XDG_CACHE_HOME: '/b' }, join('/a', name)],
    [{ XDG_CACHE_HOME: '/b' }, join('/b', 'msanet', name)],
    [{ MSANET_CACHE: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 'msanet', name)],
    [{}, join(homedir(), '.cache', 'msanet', name)],
  ])('with %j is %s', (environment, path) => {
    expect(demoActionsCache({ seed: 3, environment })).toBe(path);
  });
});
