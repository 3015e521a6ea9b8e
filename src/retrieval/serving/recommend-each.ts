/**
 * Answers for many users, block by block: no more of them is in memory than a block. Users that the model has are ranked together, by
 * the exact ranking whatever index a bundle has; the others one by one, by what is known of them.
 */
import { ConfigError } from '../../core/errors.js';
import { BlockLists } from '../filters/block-lists.js';
import type { RankedPool } from '../filters/choose-list.js';
import { answerProfile, type Profile, type Route, seenItems } from './answer-profile.js';
import { type ProfileOptions, questionOf } from './recommend-for-profile.js';
import type { Servable } from './served-model.js';

export interface EachOptions extends ProfileOptions {
  /** Users that are ranked together. Too small: overhead; too large: memory of blockSize × k. Default 512. */
  readonly blockSize?: number;
}

/** In item numbers of the model: `serving.items.idOf` has their ids. */
export interface UserAnswer extends RankedPool {
  readonly user: string;
  /** Undefined where nothing is known and there is no fallback: then the list is empty. */
  readonly route: Route | undefined;
  /** What the list was ranked by, of models with vectors and users that are not cold, `[embeddingDim]`. */
  readonly vector?: Float32Array;
}

/**
 * @param profiles in the order of the answers; each names its user, whether the model has it or not
 * @throws as `recommendForProfile`, but for users of whom nothing is known; ConfigError `BLOCK_SIZE`
 */
export async function* recommendEach(
  { serving }: Servable,
  profiles: Iterable<Profile & { readonly user: string }> | AsyncIterable<Profile & { readonly user: string }>,
  { blockSize = 512, ...options }: EachOptions = {},
): AsyncGenerator<UserAnswer[]> {
  const question = questionOf(serving, options);
  const { k, seen: parts, filter, fallbacks } = question;
  const lists = new BlockLists(filter, serving.ranker());
  const answerOne = async (profile: Profile & { readonly user: string }): Promise<UserAnswer> => {
    try {
      const { route, list, vector } = await answerProfile(serving, profile, question);
      return { user: profile.user, route, items: list.items, scores: list.scores, vector };
    } catch (error) {
      const isUnknown = error instanceof ConfigError && ['UNKNOWN_ID', 'NOTHING_KNOWN'].includes(error.code);
      if (fallbacks.length > 0 || !isUnknown) throw error;
      return { user: profile.user, route: undefined, ...NOTHING };
    }
  };
  for await (const block of blocksOf(profiles, blockSize)) {
    const indices = block.map(({ user }) => {
      const index = serving.users.indexOf(user);
      return index !== undefined && serving.knows(index) ? index : -1;
    });
    const hot = [...block.keys()].filter((at) => indices[at] >= 0);
    const seen = hot.map((at) => {
      const had = (block[at].history ?? []).map((id) => serving.items.indexOf(id)).filter((item) => item !== undefined);
      return parts ? seenItems(serving, indices[at], parts, had) : new Int32Array(0);
    });
    const rows = Int32Array.from(hot, (at) => indices[at]);
    const ranked = hot.length > 0 ? await lists.of(rows, k, seen) : [];
    const answers = new Map<number, UserAnswer>();
    for (const [i, at] of hot.entries()) {
      const vector = serving.space?.rowOf('user', indices[at]);
      answers.set(at, { user: block[at].user, route: 'hot', ...ranked[i], vector });
    }
    for (const [at, profile] of block.entries()) if (!answers.has(at)) answers.set(at, await answerOne(profile));
    yield [...block.keys()].map((at) => answers.get(at)!);
  }
}

const NOTHING: RankedPool = { items: new Int32Array(0), scores: new Float32Array(0) };

/** @throws ConfigError `BLOCK_SIZE` */
export async function* blocksOf<T>(rows: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ConfigError('BLOCK_SIZE', `blockSize: expected a whole number of at least 1, got ${size}`);
  }
  let block: T[] = [];
  for await (const row of rows) {
    block.push(row);
    if (block.length < size) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
