/** What went wrong → the status and body of an answer. */
import type { Socket } from 'node:net';
import { TwinlightError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** Of errors on purpose that say something else than "wrong". 499: nobody is there to read it. */
const STATUS: Readonly<Record<string, number>> = {
  UNKNOWN_ID: 404,
  UNKNOWN_BUNDLE: 404,
  NOTHING_KNOWN: 404,
  BATCH_GONE: 499,
};

/** As fastify and its plugins throw them: with a status of their own. */
interface HttpError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  /** What the body's schema says against it. */
  readonly validation?: readonly { readonly keyword: string; readonly params: Readonly<Record<string, unknown>> }[];
}

/** Where those who wrote the packages don't say what to do. */
const SAID_BETTER: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'expected the header content-type: application/json',
  FST_ERR_CTP_INVALID_JSON_BODY:
    'the body is no JSON that can be read (it is not to be compressed, and to have no key __proto__)',
};

/** @param error of anything; only errors on purpose and those of HTTP say what they are, others are faults of the service */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof TwinlightError && error.exitCode !== 1) {
    return answer(ownValue(STATUS, error.code) ?? 400, error.code, error.message);
  }
  const { statusCode = 500, code = 'HTTP', message, validation } = error as HttpError;
  if (validation) return answer(400, 'REQUEST', `${message}${unknownField(validation)}`);
  if (statusCode < 500) return answer(statusCode, code, ownValue(SAID_BETTER, code) ?? message);
  if (statusCode === 503) return answer(503, code, message);
  return answer(500, 'INTERNAL', 'the service failed at this; its log says more');
}

/** The schema's words leave out which field it is. */
function unknownField(validation: NonNullable<HttpError['validation']>): string {
  const found = validation.find(({ keyword }) => keyword === 'additionalProperties');
  return found ? `: ${JSON.stringify(found.params.additionalProperty)}` : '';
}

const answer = (status: number, code: string, message: string): ErrorAnswer => ({
  status,
  body: { error: { code, message } },
});

/** Status line and words for what Node tells by its code. */
const UNREADABLE: Readonly<Record<string, readonly [string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to come'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the headers are too long'],
};
const NO_HTTP = ['400 Bad Request', 'this is no request of HTTP/1.1'] as const;

/** What never became a request gets an answer of the same form, and the end of its connection. */
export function refuseUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return;
  const [status, message] = ownValue(UNREADABLE, code) ?? NO_HTTP;
  const body = JSON.stringify({ error: { code: 'HTTP', message } });
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
