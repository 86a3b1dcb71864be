// CPU seconds of processes and of the whole machine, and what a process holds, from Linux's /proc. Ticks are a hundredth of a second.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_S = 100;

type Stat = { pid: number; parent: number; own: number; reaped: number };

/** CPU seconds that a process has used so far, all its threads; with `tree`, its descendants too, ended ones included. */
export function cpuSecondsOf(pid: number, tree: boolean): number {
  if (!tree) return (statOf(pid)?.own ?? 0) / TICKS_PER_S;
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
  const members = all.filter((stat) => isWithin(stat, pid, all));
  return members.reduce((sum, { own, reaped }) => sum + own + reaped, 0) / TICKS_PER_S;
}

/** CPU seconds that all processes of the machine have used so far. */
export function machineCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system + irq + softirq) / TICKS_PER_S;
}

/** The most memory that a process has held so far (`VmHWM`), or holds now (`VmRSS`), in bytes; 0 when it is gone. */
export function residentBytes(pid: number, which: 'VmHWM' | 'VmRSS'): number {
  try {
    const [, kilobytes] = new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function isWithin({ pid, parent }: Stat, root: number, all: readonly Stat[]): boolean {
  if (pid === root) return true;
  const next = all.find((stat) => stat.pid === parent);
  return next !== undefined && isWithin(next, root, all);
}

// The name, in brackets, may hold anything; what follows it is fixed.
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, childUser = 0, childSystem = 0] = [1, 11, 12, 13, 14].map(
      (n) => fields[n],
    );
    return { pid, parent, own: user + system, reaped: childUser + childSystem };
  } catch {
    return null; // it ended meanwhile
  }
}
