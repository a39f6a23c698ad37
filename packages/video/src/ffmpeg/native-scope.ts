/**
 * Frees native objects on every path.
 *
 * What is owned first is freed last, so that a decoder goes before the file it reads from.
 */
export class NativeScope {
  readonly #releases: (() => void)[] = [];

  /** Takes charge of an object and returns it. */
  own<T>(resource: T, release: (resource: T) => void): T {
    this.#releases.push(() => release(resource));
    return resource;
  }

  /** Frees everything, the latest first. A second call does nothing. */
  close(): void {
    for (let release = this.#releases.pop(); release; release = this.#releases.pop()) release();
  }
}
