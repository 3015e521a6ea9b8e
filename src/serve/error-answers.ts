/** What went wrong → the status and body of an answer. */
import { TwinlightError } from '../core/errors.js';

interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** Codes that say "not found" rather than "wrong". */
const NOT_FOUND = new Set(['UNKNOWN_ID', 'BUNDLE_UNKNOWN_ID', 'UNKNOWN_BUNDLE', 'NOTHING_KNOWN']);

/** As fastify and its plugins throw them: with a status of their own. */
interface HttpError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly validation?: unknown;
}

/** @param error of anything; only errors on purpose and those of HTTP say what they are, others are faults of the service */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof TwinlightError && error.exitCode !== 1) {
    return answer(NOT_FOUND.has(error.code) ? 404 : 400, error.code, error.message);
  }
  const { statusCode = 500, code = 'HTTP', message, validation } = error as HttpError;
  if (validation) return answer(400, 'REQUEST', message);
  if (statusCode < 500) return answer(statusCode, code, message);
  if (statusCode === 503) return answer(503, code, message);
  return answer(500, 'INTERNAL', 'the service failed at this; its log says more');
}

const answer = (status: number, code: string, message: string): ErrorAnswer => ({
  status,
  body: { error: { code, message } },
});
