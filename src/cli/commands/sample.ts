/** `twinlight sample --out DIR`: a made-up data set with known tastes, as CSV files. */
import { existsSync, readdirSync } from 'node:fs';
import { Command } from 'commander';
import {
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  finiteNumber,
  wholeNumber,
} from '../command-line.js';

interface SampleOptions extends CommonOptions {
  readonly out: string;
  readonly users?: number;
  readonly items?: number;
  readonly meanInteractions?: number;
  readonly seed?: number;
  readonly drift?: number;
  readonly popularityDrift?: number;
  readonly exposure?: boolean;
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .summary('write a made-up data set to try things on')
    .description(
      'Writes a planted world: users and items with latent tastes, power-law popularity, attributes that follow the ' +
        'tastes, timestamps and late items, as interactions.csv, items.csv and users.csv.',
    )
    .requiredOption('--out <folder>', 'folder for the files; new or empty')
    .option('--users <n>', 'number of users', wholeNumber(1))
    .option('--items <n>', 'number of items', wholeNumber(1))
    .option('--mean-interactions <x>', 'mean number of interactions a user', finiteNumber)
    .option('--seed <n>', 'seed of the world', wholeNumber(0))
    .option(
      '--drift <x>',
      "how much of a user's interest moves from the first taste to the second in the course of the log, 0 to 1; default 0, with --exposure 0.4",
      finiteNumber,
    )
    .option(
      '--popularity-drift <x>',
      'how far the order of the items by popularity moves in the course of the log: 0 stays, 1 ends up unrelated; default 0',
      finiteNumber,
    )
    .option(
      '--exposure',
      'the log of an old recommender: also what it showed, what was turned down, what its rankers cut',
    );
  return completeCommand(
    command,
    [
      ['sample --out world', 'then: twinlight build world'],
      ['sample --out log --exposure', 'with events for negative sources: exposed, rejected, cutByCoarse, cutByFine'],
      ['sample --out moving --drift 0.5', 'tastes change: recent interactions tell more than old ones'],
      ['sample --out fashion --popularity-drift 0.6', 'what was popular is so no more: recent counts tell more'],
      ['sample --out big --users 5000 --items 3000 --seed 7', 'another, larger world'],
    ],
    sample,
  );
}

async function sample(
  { api }: CommandContext,
  { out, users, items, meanInteractions, seed, drift, popularityDrift, exposure }: SampleOptions,
): Promise<CommandResult> {
  if (existsSync(out) && readdirSync(out).some((name) => !name.startsWith('.'))) {
    throw new api.ConfigError('OUT_TAKEN', `${out} is not empty; choose another folder`);
  }
  const given = { numUsers: users, numItems: items, meanInteractions, seed, drift, popularityDrift };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const world = exposure ? api.createExposureWorld(set) : api.createPlantedWorld(set);
  const files = await api.writeInteractions(world.interactions, out);
  const count = world.interactions.userIndex.length;
  const { numUsers, numItems } = world.options;
  return {
    json: { folder: out, files, options: world.options, interactions: count },
    text:
      `${count.toLocaleString('en-US')} interactions of ${numUsers} users with ${numItems} items in ${out}: ${files.join(', ')}\n\n` +
      `next: twinlight build ${out}`,
  };
}
