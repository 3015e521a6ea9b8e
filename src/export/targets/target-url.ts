/** Where vectors are published to: `scheme://user:password@host:port/path`, or `env:NAME` for a variable that holds it. */
import { ConfigError } from '../../core/errors.js';

export interface TargetUrl {
  /** As given, credentials included: for the client alone. */
  readonly text: string;
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** What may be told and logged: no user, no password, no query. */
  readonly shown: string;
  /** What must not be. */
  readonly secrets: readonly string[];
}

const UNESCAPED = 'it is no URL: within a password write @ as %40, / as %2F, # as %23 and : as %3A';

/** @throws ConfigError `PUBLISH_TARGET`, which doesn't repeat what it was given */
export function parseTargetUrl(given: string, env: Readonly<Record<string, string | undefined>>): TargetUrl {
  const variable = /^env:(.*)$/s.exec(given)?.[1];
  const text = variable === undefined ? given : env[variable];
  if (text === undefined) throw bad(`the environment has no variable ${variable}`);
  const scheme = /^([a-z][a-z0-9+]*):/i.exec(text)?.[1].toLowerCase();
  if (scheme === undefined) throw bad('it has no scheme');
  // a folder, or a bucket whose credentials are in the environment
  if (scheme === 'lancedb') return { text, scheme, shown: text, secrets: [] };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad(UNESCAPED);
  }
  // what was not escaped has fallen apart, and parts of a password stand where they would be shown
  if (url.hash !== '' || url.pathname.includes('@')) throw bad(UNESCAPED);
  const secrets = [url.password, ...url.searchParams.values()].filter((secret) => secret !== '');
  const decoded = secrets.flatMap((secret) => [secret, decodedSecret(secret)]);
  return { text, scheme, shown: `${scheme}://${url.host}${url.pathname}`, secrets: [...new Set(decoded)] };
}

/** The text with every secret replaced. */
export function withoutSecrets(text: string, { text: whole, shown, secrets }: TargetUrl): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => left.replaceAll(secret, '***'), text.replaceAll(whole, shown));
}

function decodedSecret(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function bad(problem: string): ConfigError {
  return new ConfigError(
    'PUBLISH_TARGET',
    `the target makes no sense: ${problem}. Expected postgres://…, milvus://host:port, redis://host:port or lancedb:FOLDER`,
  );
}
