import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAttack, describeOptions } from '@msanet/core';
import { attackThat } from './toy-attacks.js';

const attack = attackThat(({ clips }) => clips);

describe('describeOptions', () => {
  it('lists name, type, default and description of every option', () => {
    const plugin = defineAttack({
      id: 'pgd',
      summary: 'For the list.',
      options: z.strictObject({
        steps: z.int().min(1).default(10).describe('Gradient steps.'),
        loss: z.enum(['margin', 'dlr']).default('margin').describe('What to ascend.'),
        radius: z
          .union([z.number(), z.literal('auto')])
          .optional()
          .describe('Reach.'),
        target: z.string().describe('Whom.'),
        bare: z.boolean().default(false),
      }),
      requires: attack.requires,
      create: () => attack,
    });
    expect(describeOptions(plugin)).toEqual([
      {
        name: 'steps',
        type: 'integer',
        default: 10,
        required: false,
        description: 'Gradient steps.',
      },
      {
        name: 'loss',
        type: 'margin | dlr',
        default: 'margin',
        required: false,
        description: 'What to ascend.',
      },
      { name: 'radius', type: 'number | string', required: false, description: 'Reach.' },
      { name: 'target', type: 'string', required: true, description: 'Whom.' },
      { name: 'bare', type: 'boolean', default: false, required: false, description: '' },
    ]);
  });
});
