import { token, type Plugin, type PluginKind, type Token } from '@msanet/core';

/** The token under which the plugin of that kind and id is registered. */
export function pluginToken(kind: PluginKind, id: string): Token<Plugin> {
  return token(`plugin.${kind}.${id}`);
}
