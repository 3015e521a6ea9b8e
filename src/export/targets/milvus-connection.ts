/** A connection to Milvus by its SDK, whose answers hold failures that are thrown here. */
import type { TargetUrl } from './target-url.js';

/** What we use of the SDK. */
export interface MilvusLibrary {
  readonly MilvusClient: new (options: {
    readonly address: string;
    readonly ssl: boolean;
    readonly username?: string;
    readonly password?: string;
    readonly database?: string;
    readonly timeout: number;
    readonly logLevel: 'error';
  }) => MilvusClient;
}

interface Status {
  readonly error_code: string | number;
  readonly reason: string;
  readonly retriable?: boolean;
}
type Answer = Partial<Status> & { readonly status?: Status };
type Call<Result = object> = (request: object) => Promise<Answer & Result>;

interface MilvusClient {
  readonly connectPromise: Promise<unknown>;
  readonly closeConnection: () => Promise<unknown>;
  readonly hasCollection: Call<{ readonly value: boolean }>;
  readonly createCollection: Call;
  readonly describeCollection: Call<{ readonly schema: { readonly fields: readonly FieldDescription[] } }>;
  readonly dropCollection: Call;
  readonly createIndex: Call;
  readonly describeIndex: Call<{
    readonly index_descriptions: readonly { readonly state: string; readonly pending_index_rows: string }[];
  }>;
  readonly loadCollectionSync: Call;
  readonly flushSync: Call;
  readonly upsert: Call;
  readonly delete: Call;
  readonly query: Call<{ readonly data: readonly Record<string, unknown>[] }>;
  readonly search: Call<{ readonly results: readonly (readonly { readonly id: string }[])[] }>;
  readonly createAlias: Call;
  readonly alterAlias: Call;
  readonly dropAlias: Call;
  readonly describeAlias: Call<{ readonly collection: string }>;
}

export interface FieldDescription {
  readonly name: string;
  readonly data_type: string;
  readonly type_params: readonly { readonly key: string; readonly value: string | number }[];
}

/** Milliseconds; the SDK gives writes a day. */
const CALL_TIMEOUT = 60_000;
const NOT_LOADED = /not loaded|'released'/;

type MilvusCall = Exclude<keyof MilvusClient, 'connectPromise' | 'closeConnection'>;

export class MilvusConnection {
  private client: MilvusClient | undefined;
  /** Collections that are in memory, as far as we know. */
  private readonly loaded = new Set<string>();

  constructor(
    private readonly library: MilvusLibrary,
    private readonly url: TargetUrl,
  ) {}

  /** @throws Error with the server's reason, where it did not do what was asked */
  async call<Name extends MilvusCall>(name: Name, request: object): Promise<Awaited<ReturnType<MilvusClient[Name]>>> {
    const { answer, refusal } = await this.ask(name, request);
    if (refusal === undefined) return answer;
    // a server that was started again has forgotten what was loaded
    this.loaded.clear();
    throw refusal;
  }

  /** The answer, and the error that it stands for where it is a refusal. */
  async ask<Name extends MilvusCall>(
    name: Name,
    request: object,
  ): Promise<{ readonly answer: Awaited<ReturnType<MilvusClient[Name]>>; readonly refusal: Error | undefined }> {
    const client = await this.connected();
    const answer = (await client[name]({ timeout: CALL_TIMEOUT, ...request })) as Awaited<
      ReturnType<MilvusClient[Name]>
    >;
    const { error_code: code, reason, retriable } = answer.status ?? (answer as Status);
    if (code === 'Success' || code === 0) return { answer, refusal: undefined };
    const isRetriable = retriable === true || NOT_LOADED.test(reason);
    return { answer, refusal: Object.assign(new Error(`${name}: ${reason}`), { isRetriable }) };
  }

  /** Brings a collection that has an index into memory: before, it can't be asked for anything. */
  async load(name: string): Promise<void> {
    if (this.loaded.has(name)) return;
    await this.call('loadCollectionSync', { collection_name: name });
    this.loaded.add(name);
  }

  /** gRPC's 4 (too late), 8 (out of resources), 14 (not there), and what the server says may be tried again. */
  isTransient(error: unknown): boolean {
    const { code, isRetriable } = error as { code?: number; isRetriable?: boolean };
    return isRetriable === true || code === 4 || code === 8 || code === 14;
  }

  async close(): Promise<void> {
    await this.client?.closeConnection();
  }

  private async connected(): Promise<MilvusClient> {
    if (this.client) return this.client;
    const { hostname, port, username, password, pathname } = new URL(this.url.text);
    const client = new this.library.MilvusClient({
      address: `${hostname}:${port || '19530'}`,
      ssl: this.url.scheme === 'milvuss',
      ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
      ...(pathname.length > 1 && { database: decodeURIComponent(pathname.slice(1)) }),
      timeout: CALL_TIMEOUT,
      logLevel: 'error',
    });
    try {
      await client.connectPromise;
    } catch (error) {
      await client.closeConnection();
      throw error;
    }
    this.client = client;
    return client;
  }
}
