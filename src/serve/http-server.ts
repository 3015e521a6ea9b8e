/**
 * The routes of a service, over fastify: bodies are checked by the schemas before anybody looks at them, every answer is JSON, and
 * nothing from a request becomes a path or a name of a file.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sha256Of } from '../core/atomic-file.js';
import { ConfigError } from '../core/errors.js';
import { answerBatch, answerEmbed, answerRecommend, answerSimilar } from './answers.js';
import type { BundleSlot } from './bundle-slot.js';
import { errorAnswer, refuseUnreadable } from './error-answers.js';
import {
  type BatchRequest,
  batchSchema,
  type EmbedRequest,
  embedSchema,
  type RecommendRequest,
  recommendSchema,
  type SimilarRequest,
  similarSchema,
} from './request-schemas.js';
import { loadServePackages } from './serve-packages.js';
import { ServiceMetrics } from './service-metrics.js';

interface HttpOptions {
  /** Asked for in every request but health, as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Requests a second of one address; absent: no limit. */
  readonly ratePerSecond?: number;
  /** Largest body. */
  readonly maxBodyBytes: number;
  /** Requests that are answered at the same time; more are refused with 503. */
  readonly maxConcurrent: number;
  readonly requestTimeoutMs: number;
  readonly version: string;
  /** Of what went wrong inside. */
  readonly onFault: (error: unknown) => void;
}

/** @returns a fastify instance that does not listen yet */
export async function httpServer(slots: readonly BundleSlot[], options: HttpOptions) {
  const { fastify, swagger, swaggerUi, rateLimit, prometheus } = await loadServePackages();
  const { token, ratePerSecond, maxBodyBytes, maxConcurrent, requestTimeoutMs, version, onFault } = options;
  const server = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    // what is not in the schema is an error, and "20" is no number
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true, strictTypes: false } },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Node gives headers 60 s, takes the longer of both times for the body, and looks every 30 s
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(1000, requestTimeoutMs / 2) },
    frameworkErrors(error, _, reply) {
      const { status, body } = errorAnswer(error);
      void (reply as FastifyReply).code(status).send(body);
    },
    clientErrorHandler: refuseUnreadable,
  });
  // it would read as a text what only an object can be
  server.removeContentTypeParser('text/plain');
  const metrics = new ServiceMetrics(prometheus, slots);
  const slotOf = (name: string | undefined): BundleSlot => {
    const found = name === undefined ? slots[0] : slots.find((slot) => slot.name === name);
    if (found) return found;
    throw new ConfigError(
      'UNKNOWN_BUNDLE',
      `no bundle of that name is served; there are ${slots.map((slot) => slot.name).join(', ')}`,
    );
  };

  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'twinlight', version, description: DESCRIPTION } },
  });
  await server.register(swaggerUi, { routePrefix: '/docs', logo: LOGO, theme: { title: 'twinlight' } });
  if (ratePerSecond !== undefined)
    await server.register(rateLimit, { max: ratePerSecond, timeWindow: 1000, allowList: isHealth });

  let underway = 0;
  server.addHook('onRequest', async (request, reply) => {
    underway++;
    // answered or broken off, whichever comes
    reply.raw.once('close', () => underway--);
    if (isHealth(request)) return;
    if (underway > maxConcurrent)
      throw Object.assign(new Error('too many requests at the same time; try again'), {
        statusCode: 503,
        code: 'BUSY',
      });
    if (token !== undefined) refuseWithout(token, request.headers.authorization);
  });
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onSend', async (request, reply) => {
    // an answer may take its time to be made, but not to be fetched
    request.raw.socket.setTimeout(requestTimeoutMs);
    // who keeps the connection for a next request would hold the end up
    if (isClosing) void reply.header('connection', 'close');
  });
  server.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
  });
  server.setErrorHandler((error, _, reply) => {
    const { status, body } = errorAnswer(error);
    if (status === 500) onFault(error);
    if (status === 503) void reply.header('retry-after', 1);
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.code(status).send(body);
  });
  server.setNotFoundHandler((_, reply) => void reply.code(404).send(NO_ROUTE));

  server.post(
    '/v1/recommend',
    { schema: described('Items for a user, by whatever is known of it', recommendSchema) },
    async ({ body }) => {
      const { bundle: name, ...question } = body as RecommendRequest;
      const { slot, edition } = servedBy(slotOf(name));
      const answer = await answerRecommend(edition.bundle, question);
      metrics.recommended(slot.name, answer.route);
      return { ...named(slot, edition.version), ...answer };
    },
  );
  server.post(
    '/v1/similar',
    { schema: described('Items like one, or like what is known of a new one', similarSchema) },
    async ({ body }) => {
      const { bundle: name, ...question } = body as SimilarRequest;
      const { slot, edition } = servedBy(slotOf(name));
      return { ...named(slot, edition.version), ...(await answerSimilar(edition.bundle, question)) };
    },
  );
  server.post('/v1/embed', { schema: described('Vectors of new items and users', embedSchema) }, async ({ body }) => {
    const { bundle: name, ...question } = body as EmbedRequest;
    const { slot, edition } = servedBy(slotOf(name));
    return { ...named(slot, edition.version), ...(await answerEmbed(edition.bundle, question)) };
  });
  server.post(
    '/v1/batch',
    { schema: described('Many recommendations, on a thread of their own', batchSchema) },
    async ({ body }, reply) => {
      const { bundle: name, ...question } = body as BatchRequest;
      const { slot, edition } = servedBy(slotOf(name));
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { answers, faults } = await (edition.thread?.answer(question, gone.signal) ??
        answerBatch(edition.bundle, question));
      for (const fault of faults) onFault(fault);
      for (const answer of answers) if ('route' in answer) metrics.recommended(slot.name, answer.route);
      return { ...named(slot, edition.version), answers };
    },
  );

  server.get('/healthz', { schema: { tags: ['state'], summary: 'The process lives' } }, async () => ({ status: 'ok' }));
  server.get('/readyz', { schema: { tags: ['state'], summary: 'It answers, and from what' } }, async () => ({
    status: 'ready',
    // anybody may ask: why an edition was refused names folders, and is for who has the token
    bundles: slots.map(facts).map(({ refused, ...told }) => (token === undefined ? { refused, ...told } : told)),
  }));
  server.get('/version', { schema: { tags: ['state'], summary: 'Versions of program and bundles' } }, async () => ({
    twinlight: version,
    bundles: slots.map(facts),
  }));
  server.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    void reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  return server;
}

const DESCRIPTION =
  'Recommendations and vectors of exported bundles. Scores are inner products or cosines, as the model ranks; of popular items, numbers of users.';
/** In the place of that of the page's makers. */
const LOGO = {
  type: 'image/svg+xml',
  content: Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="130" height="30"><text y="22" font-family="sans-serif" font-size="22" fill="#fff">twinlight</text></svg>',
  ),
};
const NO_ROUTE = { error: { code: 'NO_ROUTE', message: 'there is no such route; see /docs' } };
const HEALTH = new Set(['/healthz', '/readyz']);

const isHealth = ({ url }: { readonly url: string }): boolean => HEALTH.has(url);

const described = (summary: string, body: z.ZodType) => ({
  tags: ['answers'],
  summary,
  body: z.toJSONSchema(body, { io: 'input', target: 'draft-7' }),
});

/** The edition of this moment: an answer is of one edition from end to end. */
const servedBy = (slot: BundleSlot) => ({ slot, edition: slot.current });
const named = ({ name }: BundleSlot, version: string) => ({ bundle: name, version });

function facts({ name, current, lastRefusal }: BundleSlot) {
  const { bundle, version, openedAt, recall } = current;
  const { preset, run } = bundle.manifest.model;
  return {
    name,
    version,
    openedAt: openedAt.toISOString(),
    preset,
    run,
    users: bundle.users.size,
    items: bundle.items.size,
    index: bundle.index.factory,
    recall,
    ...(lastRefusal !== undefined && { refused: lastRefusal }),
  };
}

/** In a time that does not depend on how much of it is right. */
function refuseWithout(token: string, header: string | undefined): void {
  const given = Buffer.from(sha256Of(/^bearer +(.*)$/i.exec(header ?? '')?.[1] ?? ''));
  if (timingSafeEqual(given, Buffer.from(sha256Of(token)))) return;
  throw Object.assign(new Error('expected the header Authorization: Bearer and the token of the service'), {
    statusCode: 401,
    code: 'TOKEN',
  });
}
