import { availableParallelism } from 'node:os';
import { readFileSync, readdirSync } from 'node:fs';

const cpuFolder = '/sys/devices/system/cpu';

/**
 * The number of threads that convolutions run fastest with: one per physical core that this process may use. Two
 * threads on one core share its arithmetic units and gain nothing.
 */
export function defaultThreads(): number {
  const allowed = availableParallelism();
  return Math.max(1, Math.min(allowed, physicalCores() ?? allowed));
}

/** The machine's physical cores, where Linux tells them: processors with the same siblings are one core. */
function physicalCores(): number | undefined {
  try {
    const siblings = readdirSync(cpuFolder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${cpuFolder}/${name}/topology/thread_siblings_list`, 'utf8'));
    return siblings.length === 0 ? undefined : new Set(siblings).size;
  } catch {
    return undefined;
  }
}
