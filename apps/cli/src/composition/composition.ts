import 'reflect-metadata';
import {
  MsanetError,
  createFrom,
  type Attack,
  type AttackPlugin,
  type Dependencies,
  type Plugin,
  type PluginKind,
  type Token,
  type VictimModel,
  type VictimPlugin,
} from '@msanet/core';
import { graphRuntimeToken, type GraphRuntime } from '@msanet/onnx';
import { container, type DependencyContainer } from 'tsyringe';
import { editDistance } from '../arguments/label.js';
import { pluginToken } from './tokens.js';

/** The plugins of each kind, for looking up. */
interface PluginsByKind {
  victim: VictimPlugin;
  attack: AttackPlugin;
  attention: Extract<Plugin, { kind: 'attention' }>;
}

/**
 * Everything that the application is composed of: the plugins, registered in a container, and what they depend on.
 *
 * Plugins are plain objects with factories; the container is known to nobody else.
 */
export class Composition implements Dependencies {
  readonly plugins: readonly Plugin[];
  readonly #container: DependencyContainer = container.createChildContainer();

  constructor(plugins: readonly Plugin[]) {
    this.plugins = plugins;
    for (const plugin of plugins) {
      this.#container.register(pluginToken(plugin.kind, plugin.id), { useValue: plugin });
    }
  }

  /** Provides the runtime that graphs run on. */
  provideRuntime(runtime: GraphRuntime): void {
    this.#container.register(graphRuntimeToken, { useValue: runtime });
  }

  get<T>(token: Token<T>): T {
    if (this.#container.isRegistered(token, true)) return this.#container.resolve<T>(token);
    throw new MsanetError({
      code: 'PLUGIN_INVALID',
      where: 'dependencies of a plugin',
      expected: 'something that the application provides',
      got: token.description ?? 'an unnamed token',
      remedy: 'ask only for what the plugin guide names',
    });
  }

  /**
   * The plugin of that kind and id.
   *
   * @throws MsanetError `PLUGIN_UNKNOWN`, with the ids there are
   */
  plugin<K extends PluginKind>(kind: K, id: string): PluginsByKind[K] {
    const token = pluginToken(kind, id);
    if (this.#container.isRegistered(token, true)) {
      return this.#container.resolve<PluginsByKind[K]>(token);
    }
    const ids = this.plugins.filter((plugin) => plugin.kind === kind).map((plugin) => plugin.id);
    const [closest] = ids.toSorted((a, b) => editDistance(a, id) - editDistance(b, id));
    const near = closest !== undefined && editDistance(closest, id) <= 2;
    throw new MsanetError({
      code: 'PLUGIN_UNKNOWN',
      where: `--${kind}`,
      expected: ids.join(', '),
      got: id === '' ? 'an empty text' : id,
      remedy: near ? `did you mean ${closest}` : `see them with: msanet list ${kind}s`,
    });
  }

  /** Makes a victim model. Its options have been read from the command line, not yet checked. */
  createVictim(id: string, options: Record<string, unknown>): Promise<VictimModel> {
    return createFrom(this.plugin('victim', id), this, options);
  }

  /** Makes an attack. */
  createAttack(id: string, options: Record<string, unknown>): Promise<Attack> {
    return createFrom(this.plugin('attack', id), this, options);
  }
}
