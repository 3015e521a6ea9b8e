/**
 * Who a process is, so that what a dead one left can be told from what a living one is at. A process number comes again, so
 * the process's start time goes with it where the system tells it (Linux).
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Clock ticks from the machine's start to the process's; absent where the system doesn't tell. */
  readonly startTicks?: string;
}

export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  return { pid, host: hostname(), startTicks: processStat(pid)?.startTicks };
}

/** Whether the process lives on this machine. Of another machine's processes nothing can be known: false. */
export function isRunning({ pid, host, startTicks }: ProcessIdentity): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: alive, and somebody else's
  }
  const stat = processStat(pid);
  if (stat !== undefined && /[ZX]/.test(stat.state)) return false; // dead, but nobody has asked how it ended
  return startTicks === undefined || startTicks === stat?.startTicks;
}

/** Eight hex digits for where process numbers mean the same: this machine, and in it this container. */
export function machineCode(): string {
  let numbers = '';
  try {
    numbers = readlinkSync('/proc/self/ns/pid');
  } catch {
    // no Linux
  }
  return createHash('sha256').update(`${hostname()}\n${numbers}`).digest('hex').slice(0, 8);
}

/** Fields 3 and 22 of /proc/PID/stat, counted from behind the command's name, which may have spaces. */
function processStat(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], startTicks: fields[19] };
  } catch {
    return undefined;
  }
}
