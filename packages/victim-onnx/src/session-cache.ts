import type { GraphSession } from '@msanet/onnx';

/**
 * Keeps a few compiled graphs, the least recently used of which is released when another is needed.
 *
 * It must not be asked for a session while one that it gave is still running.
 */
export class SessionCache {
  readonly #capacity: number;
  /** In the order of use, the least recent first. */
  readonly #sessions = new Map<string, GraphSession>();

  /** @param capacity most sessions alive at a time, at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The session under that key; `load` makes it when there is none. */
  async get(key: string, load: () => Promise<GraphSession>): Promise<GraphSession> {
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      return known;
    }
    // Released before the new one is made, so that the memory of both is never taken at once.
    for (const [oldest, session] of this.#sessions) {
      if (this.#sessions.size < this.#capacity) break;
      this.#sessions.delete(oldest);
      await session.dispose();
    }
    const session = await load();
    this.#sessions.set(key, session);
    return session;
  }

  /** Releases all sessions. */
  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of sessions) await session.dispose();
  }
}
