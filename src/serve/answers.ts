/** Requests of a service → answers, over an opened bundle. Knows nothing of HTTP. */
import { ConfigError } from '../core/errors.js';
import type { Bundle } from '../export/read-bundle.js';
import { filteredList } from '../retrieval/filters/filtered-list.js';
import { type RankedItem, rankedItems } from '../retrieval/ranked-item.js';
import { encodeItems, encodeUser } from '../retrieval/serving/encode-rows.js';
import { type Reason, reasonsFor } from '../retrieval/serving/reasons.js';
import { recommendForProfile } from '../retrieval/serving/recommend-for-profile.js';
import { similarTo } from '../retrieval/serving/similar-each.js';
import { similarToFeatures } from '../retrieval/serving/similar-to-features.js';
import { type ErrorAnswer, errorAnswer } from './error-answers.js';
import { compiledFilter } from './filter-cache.js';
import type { BatchRequest, EmbedRequest, RecommendRequest, SimilarRequest } from './request-schemas.js';

type Question = Omit<RecommendRequest, 'bundle'>;

/**
 * @throws what `recommendForProfile` throws; ConfigError `REQUEST_VECTOR` for a vector of another length, or beside what it
 * stands for
 */
export async function answerRecommend(bundle: Bundle, question: Question) {
  if (question.vector) return answerForVector(bundle, question.vector, question);
  const { user, history, features, k, filter, includeKnown, seen, fallback, explain } = question;
  const profile = { user, history, features };
  const shared = compiledFilter(bundle, filter);
  const answer = await recommendForProfile(bundle, profile, { k, filter: shared, includeKnown, seen, fallback });
  if (!explain) return answer;
  return { ...answer, items: explained(bundle, profile, answer.items) };
}

async function answerForVector(bundle: Bundle, vector: readonly number[], question: Question) {
  const { user, history, features, k, filter } = question;
  if (user !== undefined || history !== undefined || features !== undefined) {
    throw new ConfigError('REQUEST_VECTOR', 'a vector stands for the user: leave out user, history and features');
  }
  const { serving } = bundle;
  const space = serving.space!;
  if (vector.length !== space.embeddingDim) {
    throw new ConfigError('REQUEST_VECTOR', `vector: expected ${space.embeddingDim} numbers, got ${vector.length}`);
  }
  const query = Float32Array.from(vector);
  if (query.every((value) => value === 0)) {
    throw new ConfigError('REQUEST_VECTOR', 'vector: all its numbers are 0, so that every item would score the same');
  }
  const { items, scores, report } = await filteredList(compiledFilter(bundle, filter), {
    k,
    seen: new Int32Array(0),
    search: (size, exclude) => space.search(query, size, exclude),
  });
  return {
    route: 'vector' as const,
    items: rankedItems({ k: items.length, ids: items, scores }, serving.nameOf),
    filtered: report,
  };
}

function explained(
  bundle: Bundle,
  { user, history = [] }: Pick<Question, 'user' | 'history'>,
  items: readonly RankedItem[],
): (RankedItem & { readonly because: Reason[] })[] {
  const { serving } = bundle;
  const index = user === undefined ? undefined : serving.users.indexOf(user);
  const own = index === undefined ? [] : serving.itemsOf(index, ['train', 'validation']);
  const given = history.map((id) => serving.items.indexOf(id)).filter((item) => item !== undefined);
  const had = Int32Array.from(new Set([...given, ...own]));
  const reasons = reasonsFor(bundle, { history: had, items: items.map(({ id }) => serving.items.indexOf(id)!) });
  return items.map((item, at) => ({ ...item, because: reasons[at] }));
}

/** @throws ConfigError `REQUEST_SIMILAR`; what `similarTo` and `similarToFeatures` throw */
export async function answerSimilar(bundle: Bundle, { item, features, k, filter }: Omit<SimilarRequest, 'bundle'>) {
  if ((item === undefined) === (features === undefined)) {
    throw new ConfigError('REQUEST_SIMILAR', 'give item or features, and not both');
  }
  if (item !== undefined) return similarTo(bundle, item, { k, filter: compiledFilter(bundle, filter) });
  return { items: await similarToFeatures(bundle, features!, { k, filter: compiledFilter(bundle, filter) }) };
}

/** @throws ConfigError `REQUEST_EMBED`; what `encodeItems` and `encodeUser` throw */
export async function answerEmbed(bundle: Bundle, { items, users }: Omit<EmbedRequest, 'bundle'>) {
  if (items === undefined && users === undefined) throw new ConfigError('REQUEST_EMBED', 'give items, users, or both');
  const { embeddingDim } = bundle.manifest;
  const ofUsers: number[][] = [];
  for (const known of users ?? []) ofUsers.push(Array.from(await encodeUser(bundle, known)));
  return {
    embeddingDim,
    ...(items && { items: rows(await encodeItems(bundle, items), embeddingDim) }),
    ...(users && { users: ofUsers }),
  };
}

const rows = (values: Float32Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );

/**
 * An answer a request, in their order; one that is refused says why, and the others are answered all the same.
 * @returns also `faults`: what went wrong inside, for the log
 */
export async function answerBatch(bundle: Bundle, { requests }: Omit<BatchRequest, 'bundle'>) {
  const answers: (Awaited<ReturnType<typeof answerRecommend>> | ErrorAnswer['body'])[] = [];
  const faults: string[] = [];
  for (const request of requests) {
    try {
      answers.push(await answerRecommend(bundle, request));
    } catch (error) {
      const { status, body } = errorAnswer(error);
      if (status === 500) faults.push(String((error as Error).stack));
      answers.push(body);
    }
  }
  return { answers, faults };
}
