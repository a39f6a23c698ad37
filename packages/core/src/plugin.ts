import { MsanetError } from '@msanet/tensor';
import type { ZodType } from 'zod';
import type { Attack, AttackRequirements } from './attack.js';
import type { Attention } from './attention.js';
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
 * Checks raw options against the plugin's schema.
 *
 * @throws MsanetError `OPTION_INVALID`, naming the option, what it takes and what it got
 */
export function parseOptions(plugin: Plugin, options: unknown): unknown {
  const schema = plugin.options as ZodType<unknown>;
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue.path.map(String);
  let got: unknown = options;
  for (const key of path) got = (got as Record<string, unknown> | undefined)?.[key];
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `${plugin.kind} ${plugin.id}${path.length > 0 ? `, option ${path.join('.')}` : ''}`,
    expected: issue.message.replace(/^Invalid input: expected /, '').replace(/[.;,]+$/, ''),
    got: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : describe(got),
    remedy: `see the options with: msanet list ${plugin.kind}s`,
    cause: parsed.error,
  });
}

/** Checks options and makes the plugin's product. */
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
 * @throws MsanetError `PLUGIN_INVALID`
 */
export function checkPlugin(value: unknown, where: string): Plugin {
  const candidate = value as Partial<Plugin> | null | undefined;
  const refuse = (expected: string, got: string): never => {
    throw new MsanetError({
      code: 'PLUGIN_INVALID',
      where,
      expected,
      got,
      remedy: 'ask the author of the plugin for a version that fits',
    });
  };
  if (typeof candidate !== 'object' || candidate === null) {
    return refuse('a plugin object', describe(value));
  }
  if (candidate.apiVersion !== pluginApiVersion) {
    refuse(`plugin api version ${pluginApiVersion}`, describe(candidate.apiVersion));
  }
  if (!['victim', 'attack', 'attention'].includes(candidate.kind ?? '')) {
    refuse('kind victim, attack or attention', describe(candidate.kind));
  }
  if (typeof candidate.id !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(candidate.id)) {
    refuse('an id of lower-case letters, digits and hyphens', describe(candidate.id));
  }
  if (typeof candidate.create !== 'function' || candidate.options === undefined) {
    refuse('an options schema and a create function', 'an object without them');
  }
  return candidate as Plugin;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
}
