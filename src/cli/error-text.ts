/** An error as the command line tells it: what happened, its code, and the stack only when asked for. */

interface ErrorText {
  readonly text: string;
  readonly code: string;
  readonly message: string;
  /** 2 wrong usage or configuration, 3 bad data, 1 anything else. */
  readonly exitCode: number;
}

/** By the system's code; `another folder` is completed by the command's own option. */
const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied: check who owns it, or choose another folder',
  EBUSY: 'It is in use (a mount point, say): choose another folder',
  EDQUOT: 'Your quota of the disk is used up: free some space, or choose another folder',
  EEXIST: 'Something else has that name: choose another path',
  EFBIG: 'The system allows no file of that size here: raise the limit, or choose another folder',
  EISDIR: 'That is a folder: give the name of a file',
  ENOSPC: 'The disk is full: free some space, or choose another folder',
  ENOTDIR: 'A part of that path is a file, not a folder: choose another path',
  EPERM: 'Not permitted: check who owns it, or choose another folder',
  EROFS: 'The file system is read-only: choose another folder',
};

/** @param folderOption the option of the command that says where it writes, e.g. `--out`; absent where it has none */
export function formatError(error: unknown, debug: boolean, folderOption?: string): ErrorText {
  const message = error instanceof Error ? error.message : String(error);
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  const told = (code: string, text: string, exitCode = 1): ErrorText => ({
    code,
    message,
    exitCode,
    text: debug && error instanceof Error ? `${text}\n${stackOf(error)}` : text,
  });
  // errors of the product carry both; recognised by shape because the API may not be loaded yet
  if (typeof code === 'string' && typeof exitCode === 'number')
    return told(code, `error: ${message} [${code}]`, exitCode);
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    return told(code, [`error: ${message}`, ...hintOf(code, folderOption)].join('\n'));
  }
  const hint = debug ? '' : '\nThis is a fault in twinlight; --debug shows where it happened.';
  return told('INTERNAL', `unexpected error: ${message}${hint}`);
}

function hintOf(code: string, folderOption: string | undefined): string[] {
  const hint = SYSTEM_HINTS[code];
  if (hint === undefined) return [];
  return [hint.endsWith('another folder') && folderOption ? `${hint} with ${folderOption}.` : `${hint}.`];
}

function stackOf(error: Error): string {
  const stacks = [error.stack ?? ''];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) stacks.push(`caused by: ${cause.stack}`);
  return stacks.join('\n');
}
