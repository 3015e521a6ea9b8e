/** The packages that a service is made of: optional peers, loaded when one starts. */
import { ConfigError } from '../core/errors.js';

/** What is installed for a service, and for `bench-serve`. */
const SERVE_PACKAGES = 'fastify@5 @fastify/swagger@9 @fastify/swagger-ui@6 @fastify/rate-limit@11 prom-client@15';
const LOAD_PACKAGES = 'autocannon@9';

/** @throws ConfigError `SERVE_PACKAGES` where one is absent, with how to get them */
export async function loadServePackages() {
  return orSay(SERVE_PACKAGES, 'a service', async () => {
    const [{ fastify }, swagger, swaggerUi, rateLimit, prometheus] = await Promise.all([
      import('fastify'),
      import('@fastify/swagger'),
      import('@fastify/swagger-ui'),
      import('@fastify/rate-limit'),
      import('prom-client'),
    ]);
    return {
      fastify,
      swagger: swagger.default,
      swaggerUi: swaggerUi.default,
      rateLimit: rateLimit.default,
      prometheus,
    };
  });
}

/** @throws ConfigError `SERVE_PACKAGES` */
export async function loadAutocannon() {
  return orSay(LOAD_PACKAGES, 'a load test', async () => (await import('autocannon')).default);
}

async function orSay<Loaded>(packages: string, what: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new ConfigError('SERVE_PACKAGES', `${what} takes packages that are not installed: npm install ${packages}`, {
      cause,
    });
  }
}
