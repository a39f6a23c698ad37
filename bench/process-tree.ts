import { readFileSync, readdirSync } from 'node:fs';

/** Resident memory of a process and all its descendants together, in bytes (Linux). */
export function residentMemory(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(statusOf(Number(name)))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const memoryOf = (process: number): number =>
    (children.get(process) ?? []).map(memoryOf).reduce((sum, bytes) => sum + bytes, own(process));
  return memoryOf(root);
}

function own(process: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(statusOf(process))?.[1] ?? 0);
}

/** What Linux says of a process; nothing when it has ended. */
function statusOf(process: number): string {
  try {
    return readFileSync(`/proc/${process}/status`, 'utf8');
  } catch {
    return '';
  }
}
