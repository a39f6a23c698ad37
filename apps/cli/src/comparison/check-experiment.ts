import { MsanetError, parseOptions } from '@msanet/core';
import type { Experiment } from '@msanet/evaluation';
import type { Composition } from '../composition/composition.js';
import { victimOptions } from './victim-options.js';

/**
 * Checks everything about the plugins of a comparison that can be known before any weights are loaded: that they exist, that
 * their options fit, and that every attack can do what is asked of it on every victim.
 *
 * @throws MsanetError `PLUGIN_UNKNOWN`, `OPTION_INVALID`, `CAPABILITY_MISSING`, `FILE_NOT_FOUND`
 */
export async function checkExperiment(
  { victims, attacks, target }: Experiment,
  composition: Composition,
): Promise<void> {
  for (const entry of victims) {
    parseOptions(composition.plugin('victim', entry.victim), await victimOptions(entry));
  }
  const kind = target === null ? 'misclassification' : 'targeted';
  for (const { name, attack, options, budget } of attacks) {
    const plugin = composition.plugin('attack', attack);
    parseOptions(plugin, options);
    const refuse = (expected: string, got: string): never => {
      throw new MsanetError({
        code: 'CAPABILITY_MISSING',
        where: `attack ${name}`,
        expected,
        got,
        remedy: 'see what each attack can do with: msanet list attacks',
      });
    };
    const { requires } = plugin;
    if (!requires.norms.includes(budget.norm)) {
      refuse(`a budget of norm ${requires.norms.join(' or ')}`, budget.norm);
    }
    if (!requires.criteria.includes(kind)) {
      refuse(`a criterion of kind ${requires.criteria.join(' or ')}`, kind);
    }
    const without = victims.find(
      ({ victim }) => !composition.plugin('victim', victim).supports.inputGradient,
    );
    if (requires.inputGradient && without !== undefined) {
      refuse('victims with input gradients', `victim ${without.name} without them`);
    }
  }
}
