import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAttack, parseOptions } from '@msanet/core';
import { refusal } from './refusal.js';
import { attackThat } from './toy-attacks.js';

const attack = attackThat(({ clips }) => clips);
const plugin = defineAttack({
  id: 'pgd',
  summary: 'For the sentences.',
  options: z.strictObject({
    steps: z.int().min(1).max(1000).default(10),
    stepSize: z.number().positive().lt(2).optional(),
    loss: z.enum(['cross-entropy', 'margin', 'dlr']).default('margin'),
    earlyStop: z.boolean().default(true),
    name: z.string().min(1).optional(),
    code: z.string().regex(/^a/).optional(),
    grid: z.array(z.number()).min(2).optional(),
    even: z.number().multipleOf(2).optional(),
    radius: z.union([z.number(), z.literal('auto')]).optional(),
    schedule: z.strictObject({ decay: z.number() }).optional(),
    prime: z
      .number()
      .refine((value) => value !== 4, { error: 'a prime number.' })
      .optional(),
    weights: z.record(z.string(), z.number()).optional(),
  }),
  requires: attack.requires,
  create: () => attack,
});

describe('parseOptions', () => {
  it('fills in defaults', () => {
    const defaults = { steps: 10, loss: 'margin', earlyStop: true };
    expect(parseOptions(plugin, {})).toEqual(defaults);
    expect(parseOptions(plugin, undefined)).toEqual(defaults);
    expect(parseOptions(plugin, { steps: 5, radius: 'auto' })).toEqual({
      ...defaults,
      steps: 5,
      radius: 'auto',
    });
  });

  it.each<[unknown, string]>([
    [{ steps: 0 }, 'attack pgd, option steps: expected a number of at least 1, got 0'],
    [{ steps: 1001 }, 'attack pgd, option steps: expected a number of at most 1000, got 1001'],
    [{ steps: 1.5 }, 'attack pgd, option steps: expected a whole number, got 1.5'],
    [{ steps: 'ten' }, 'attack pgd, option steps: expected a number, got ten'],
    [{ stepSize: 0 }, 'attack pgd, option stepSize: expected a number of more than 0, got 0'],
    [{ stepSize: 2 }, 'attack pgd, option stepSize: expected a number of less than 2, got 2'],
    [{ stepSize: NaN }, 'attack pgd, option stepSize: expected a number, got NaN'],
    [
      { loss: 'hinge' },
      'attack pgd, option loss: expected cross-entropy, margin or dlr, got hinge',
    ],
    [{ earlyStop: 'yes' }, 'attack pgd, option earlyStop: expected true or false, got yes'],
    [{ earlyStop: null }, 'attack pgd, option earlyStop: expected true or false, got null'],
    [{ name: '' }, 'attack pgd, option name: expected text of at least 1 characters, got '],
    [{ code: 'b' }, 'attack pgd, option code: expected text that matches /^a/, got b'],
    [{ grid: [1] }, 'attack pgd, option grid: expected a list of at least 2 items, got [1]'],
    [{ grid: [1, 'x'] }, 'attack pgd, option grid.1: expected a number, got x'],
    [{ grid: 7 }, 'attack pgd, option grid: expected a list, got 7'],
    [{ even: 3 }, 'attack pgd, option even: expected a multiple of 2, got 3'],
    [{ radius: 'big' }, 'attack pgd, option radius: expected a number or auto, got big'],
    [{ schedule: {} }, 'attack pgd, option schedule.decay: expected a number, got nothing'],
    [{ schedule: 3 }, 'attack pgd, option schedule: expected options by name, got 3'],
    [{ prime: 4 }, 'attack pgd, option prime: expected a prime number, got 4'],
    [{ weights: { a: 'b' } }, 'attack pgd, option weights.a: expected a number, got b'],
    [
      { step: 3, lossy: 1 },
      'attack pgd: expected only the options steps, stepSize, loss, earlyStop, name, code, grid, even, radius, ' +
        'schedule, prime, weights, got step, lossy',
    ],
    ['steps=10', 'attack pgd: expected options by name, got steps=10'],
  ])('refuses %j in one sentence', async (options, sentence) => {
    const error = await refusal(() => parseOptions(plugin, options));
    expect(error.code).toBe('OPTION_INVALID');
    expect(error.message).toBe(`${sentence}; see the options with: msanet list attacks`);
    expect(error.cause).toBeInstanceOf(z.ZodError);
  });

  it('has words also where there are no options', async () => {
    const bare = { ...plugin, options: z.strictObject({}) as never };
    const error = await refusal(() => parseOptions(bare, { steps: 1 }));
    expect(error.message).toContain('attack pgd: expected no options, got steps');
  });
});
