/** `twinlight similar <run> --item ID`: the items nearest to one item. */
import { Command } from 'commander';
import type { TrainedRun } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  wholeNumber,
  withExtensions,
} from '../command-line.js';
import { openRun } from '../open-target.js';
import { rankedText } from '../ranked-text.js';

interface SimilarOptions extends CommonOptions, ExtensionOptions {
  readonly item: string;
  readonly k: number;
}

export function similarCommand(): Command {
  const command = new Command('similar')
    .summary('the items nearest to an item')
    .description(
      'The items whose vectors point in the most similar direction (cosine); of an item-knn run, those in its table of neighbours; of a content-knn run, those of the most similar content.',
    )
    .argument('<run>', 'run folder, or its id under checkpoints/')
    .requiredOption('--item <id>', 'the item, by the id that the logs use')
    .option('--k <n>', 'number of items', wholeNumber(1), 20);
  return completeCommand(
    withExtensions(command),
    [
      ['similar checkpoints/my-run --item 50', 'twenty items, by title where the item table has titles'],
      ['similar my-run --item 50 --k 5 --json', '{"item": "50", "items": [{"id": …, "score": …}, …]}'],
    ],
    similar,
  );
}

async function similar({ api }: CommandContext, run: string, options: SimilarOptions): Promise<CommandResult> {
  const { item, k } = options;
  const trained = await openRun(api, run, options);
  const items = await api.similarToItem(trained, item, { k });
  const scored = trained.embeddings ? 'cosine' : 'similarity';
  return {
    json: { item, items },
    text: items.length > 0 ? rankedText(items, scored) : nothingLike(item, trained),
  };
}

function nothingLike(item: string, { graph, embeddings }: TrainedRun): string {
  if (graph.items.size === 1) return `item ${item} is the only item`;
  return `item ${item} has ${embeddings ? 'no vector' : 'no neighbours'} yet`;
}
