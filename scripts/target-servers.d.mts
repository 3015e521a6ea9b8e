/** Types of target-servers.mjs, for tests. */
export declare const TARGETS_CACHE: string;
export declare const CLIENT_MODULES: string;
export declare const STORE_KINDS: readonly string[];

export interface StartedStore {
  /** URL of it, by another port where a proxy stands before it. */
  url(port?: number): string;
  /** Undefined where the store is a folder. */
  readonly port?: number;
  stop(): Promise<void>;
  /** Kills it and starts it again on its data. */
  restart?(): Promise<void>;
}

export declare function missingParts(...names: readonly string[]): string | undefined;
export declare function missingStore(kind: string): string | undefined;
export declare function clientLibrary(kind: string): unknown;
export declare function startStore(kind: string): Promise<StartedStore>;
