/** Seconds since an arbitrary start, for measuring durations. The only place that reads a clock. */
export function secondsNow(): number {
  return performance.now() / 1000;
}

/** The present date and time in ISO 8601, UTC. */
export function timestamp(): string {
  return new Date().toISOString();
}
