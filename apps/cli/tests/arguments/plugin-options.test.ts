import { defineAttack, defineVictim } from '@msanet/core';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { assignOptions } from '../../src/arguments/plugin-options.js';

const attack = defineAttack({
  id: 'toy-attack',
  summary: 'a toy',
  requires: { inputGradient: false, norms: ['linf'], criteria: ['misclassification'] },
  options: z.strictObject({
    steps: z.int().default(3).describe('steps'),
    radius: z.number().optional().describe('radius'),
    fast: z.boolean().default(false).describe('fast'),
    mode: z.enum(['a', 'b']).default('a').describe('mode'),
  }),
  create: () => {
    throw new TypeError('a toy is never made');
  },
});
const victim = defineVictim({
  id: 'toy-victim',
  summary: 'a toy',
  supports: { inputGradient: true, deterministic: true },
  options: z.strictObject({
    steps: z.int().default(1).describe('also steps'),
    labels: z.array(z.string()).optional().describe('labels'),
  }),
  create: () => {
    throw new TypeError('a toy is never made');
  },
});

describe('assignOptions', () => {
  it('gives each setting to the first plugin that knows it, in its type', () => {
    const settings = ['steps=5', 'radius=8/255', 'fast=true', 'mode=b', 'labels=x, y'];
    expect(assignOptions(settings, [attack, victim])).toEqual([
      { steps: 5, radius: 8 / 255, fast: true, mode: 'b' },
      { labels: ['x', 'y'] },
    ]);
  });

  it('follows the name of a kind', () => {
    expect(assignOptions(['victim.steps=7', 'attack.steps=8'], [attack, victim])).toEqual([
      { steps: 8 },
      { steps: 7 },
    ]);
  });

  it.each(['speed=3', 'steps', '=3', 'victim.mode=a'])('refuses %s', (setting) => {
    expect(() => assignOptions([setting], [attack, victim])).toThrow(/-o .*: expected/);
  });
});
