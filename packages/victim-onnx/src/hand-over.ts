/**
 * A source that gives a value that is already there once, lets it go, and makes it again whenever it is asked later.
 *
 * It is for weights that were read to learn what they are of, and are needed again only now and then: to read them again
 * costs less than to keep them.
 */
export function handOver<T>(first: T, again: () => T | Promise<T>): () => T | Promise<T> {
  let held: { readonly value: T } | undefined = { value: first };
  return () => {
    const given = held;
    held = undefined;
    return given === undefined ? again() : given.value;
  };
}
