/** The name of something that the composition root provides, with its type. */
export type Token<T> = symbol & { readonly provides?: T };

/** The token of that name; the same name gives the same token in every copy of this package. */
export function token<T>(name: string): Token<T> {
  return Symbol.for(`msanet.${name}`) as Token<T>;
}

/** What a plugin may ask for. The composition root implements it; plugins never see the container. */
export interface Dependencies {
  /** The value under a token. @throws MsanetError `PLUGIN_INVALID` when nobody provides it */
  get<T>(token: Token<T>): T;
}
