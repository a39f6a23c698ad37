import { MsanetError } from '@msanet/tensor';
import type { ZodType } from 'zod';
import type { Attack, AttackRequirements } from './attack.js';
import type { Attention } from './attention.js';
import { describe, parseOptions } from './plugin-options.js';
import type { Dependencies } from './token.js';
import type { VictimCapabilities, VictimModel } from './victim-model.js';

/** The version of the plugin contract that this package defines. */
export const pluginApiVersion = 1;

interface PluginBase<K extends string, O, P> {
  /** The version of the contract that it was written for. */
  readonly apiVersion: number;
  readonly kind: K;
  /** What the command line calls it: lower case, digits and hyphens. */
  readonly id: string;
  /** One sentence on what it is. */
  readonly summary: string;
  /** Paper or project that it comes from. */
  readonly source?: string;
  /** Schema of its options; every option has a description, and a default where there is a sensible one. */
  readonly options: ZodType<O>;
  /** Makes the thing. Options have passed the schema. */
  create(dependencies: Dependencies, options: O): P | Promise<P>;
}

/** Brings a victim model. */
export interface VictimPlugin<O = never> extends PluginBase<'victim', O, VictimModel> {
  /** What its models can do, known before any weights are loaded. */
  readonly supports: VictimCapabilities;
}

/** Brings an attack. */
export interface AttackPlugin<O = never> extends PluginBase<'attack', O, Attack> {
  /** What it needs, known before anything is loaded. */
  readonly requires: AttackRequirements;
}

/** Brings an attention. */
export type AttentionPlugin<O = never> = PluginBase<'attention', O, Attention>;

/**
 * A plugin: a plain object. No base class, no decorator, no import of the container.
 *
 * The option type is erased here; `createFrom` checks options against the schema before it calls `create`.
 */
export type Plugin = VictimPlugin | AttackPlugin | AttentionPlugin;

/** The kinds of plugin. */
export type PluginKind = Plugin['kind'];

/** Declares a victim plugin; its option type follows from the schema. */
export function defineVictim<O>(
  plugin: Omit<VictimPlugin<O>, 'apiVersion' | 'kind'>,
): VictimPlugin {
  return { ...plugin, apiVersion: pluginApiVersion, kind: 'victim' } as unknown as VictimPlugin;
}

/** Declares an attack plugin; its option type follows from the schema. */
export function defineAttack<O>(
  plugin: Omit<AttackPlugin<O>, 'apiVersion' | 'kind'>,
): AttackPlugin {
  return { ...plugin, apiVersion: pluginApiVersion, kind: 'attack' } as unknown as AttackPlugin;
}

/** Declares an attention plugin; its option type follows from the schema. */
export function defineAttention<O>(
  plugin: Omit<AttentionPlugin<O>, 'apiVersion' | 'kind'>,
): AttentionPlugin {
  return {
    ...plugin,
    apiVersion: pluginApiVersion,
    kind: 'attention',
  } as unknown as AttentionPlugin;
}

/** What a plugin of each kind makes. */
export interface PluginProducts {
  victim: VictimModel;
  attack: Attack;
  attention: Attention;
}

/**
 * Checks options and makes the plugin's product.
 *
 * @throws MsanetError `OPTION_INVALID`, and whatever the plugin throws
 */
export async function createFrom<P extends Plugin>(
  plugin: P,
  dependencies: Dependencies,
  options: unknown,
): Promise<PluginProducts[P['kind']]> {
  const create = plugin.create as (
    dependencies: Dependencies,
    options: unknown,
  ) => PluginProducts[P['kind']] | Promise<PluginProducts[P['kind']]>;
  return create.call(plugin, dependencies, parseOptions(plugin, options));
}

/**
 * Checks that a value that somebody exported is a plugin of this contract.
 *
 * @param where the module that exported it
 * @throws MsanetError `PLUGIN_INVALID`
 */
export function checkPlugin(value: unknown, where: string): Plugin {
  const refuse = (expected: string, got: unknown): never => {
    throw new MsanetError({
      code: 'PLUGIN_INVALID',
      where,
      expected,
      got: describe(got),
      remedy: 'ask the author of the plugin for a version that fits',
    });
  };
  if (typeof value !== 'object' || value === null) return refuse('a plugin object', value);
  const { apiVersion, kind, id, summary, options, create, supports, requires } = value as Readonly<
    Record<string, unknown>
  >;
  if (apiVersion !== pluginApiVersion) {
    refuse(`plugin api version ${pluginApiVersion}`, apiVersion);
  }
  if (kind !== 'victim' && kind !== 'attack' && kind !== 'attention') {
    refuse('kind victim, attack or attention', kind);
  }
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(id)) {
    refuse('an id of lower-case letters, digits and hyphens', id);
  }
  if (typeof summary !== 'string' || summary === '') refuse('a summary of one sentence', summary);
  if (typeof (options as ZodType | undefined)?.safeParse !== 'function') {
    refuse('a zod schema of its options', options);
  }
  if (typeof create !== 'function') refuse('a create function', create);
  const abilities = supports as Partial<VictimCapabilities> | undefined;
  if (kind === 'victim' && typeof abilities?.inputGradient !== 'boolean') {
    refuse('what its victims support', supports);
  }
  const needs = requires as Partial<AttackRequirements> | undefined;
  if (kind === 'attack' && !(Array.isArray(needs?.norms) && Array.isArray(needs.criteria))) {
    refuse('what the attack requires', requires);
  }
  return value as Plugin;
}
