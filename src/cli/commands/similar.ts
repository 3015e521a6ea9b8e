/** `twinlight similar <run or bundle>`: the items nearest to one item, or to one that is known by its features alone. */
import { Command } from 'commander';
import type { Bundle, TrainedRun } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { FEATURES_HELP, featuresOf } from '../features-option.js';
import { openServable } from '../open-target.js';
import { rankedText } from '../ranked-text.js';

interface SimilarOptions extends CommonOptions, ExtensionOptions {
  readonly item?: string;
  readonly features?: string;
  readonly k: number;
}

export function similarCommand(): Command {
  const command = new Command('similar')
    .summary('the items nearest to an item')
    .description(
      'The items whose vectors point in the most similar direction (cosine); of an item-knn run, those in its table of neighbours; ' +
        'of a bundle whose vectors have lengths, those of largest inner product. --features: nearest to an item that the model ' +
        'does not have, which takes a model with a tower of items.',
    )
    .argument('<model>', 'run folder, its id under checkpoints/, or the folder of a bundle')
    .option('--item <id>', 'the item, by the id that the logs use')
    .option('--features <pairs>', FEATURES_HELP)
    .option('--k <n>', 'number of items', wholeNumber(1), 20);
  return completeCommand(
    withExtensions(command),
    [
      ['similar checkpoints/my-run --item 50', 'twenty items, by title where the item table has titles'],
      ['similar my-run --item 50 --k 5 --json', '{"item": "50", "items": [{"id": …, "score": …}, …]}'],
      [`similar bundle --features '{"title": "Blue moon, red sun", "genre": "drama"}'`, 'like one that is new'],
    ],
    similar,
  );
}

async function similar(
  { api, reporter }: CommandContext,
  path: string,
  { item, features: pairs, k, ...options }: SimilarOptions,
): Promise<CommandResult> {
  if ((item === undefined) === (pairs === undefined)) {
    throw new api.ConfigError('USAGE_SIMILAR', 'give either --item or --features');
  }
  const features = pairs === undefined ? undefined : featuresOf(api, pairs);
  const { run, bundle } = await openServable(api, path, options, reporter);
  if (features !== undefined) {
    const items = await api.similarToFeatures(bundle ?? run, features, { k });
    return { json: { features, items }, text: rankedText(items, 'cosine') };
  }
  const items = await (bundle ? bundle.similar(item!, { k }) : api.similarToItem(run, item!, { k }));
  const text = items.length > 0 ? rankedText(items, scoreOf(run, bundle)) : nothingLike(item!, run);
  return { json: { item, items }, text };
}

function scoreOf(run: TrainedRun | undefined, bundle: Bundle | undefined): string {
  if (bundle) return bundle.manifest.normalized ? 'cosine' : 'inner product';
  return run?.embeddings ? 'cosine' : 'similarity';
}

function nothingLike(item: string, run: TrainedRun | undefined): string {
  if (run?.graph.items.size === 1) return `item ${item} is the only item`;
  return `item ${item} has ${run === undefined || run.embeddings ? 'no vector' : 'no neighbours'} yet`;
}
