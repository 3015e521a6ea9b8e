/** `twinlight explain <name>`: what a loss, a view, an encoder or a negative source is, and its options. */
import { Command } from 'commander';
import type { Explanation } from '../../index.js';
import { type CommonOptions, runCommand, withCommonOptions } from '../command-line.js';

export function explainCommand(): Command {
  const command = new Command('explain')
    .summary('what a loss, view, encoder or negative source is')
    .description(
      'Formula, options with their defaults, when to use it, what goes wrong, and where it comes from. Without a name: the ' +
        'names of every kind.',
    )
    .argument('[name]', 'a name that a configuration may give, e.g. uniform, edge-dropout, in-batch-softmax');
  return withCommonOptions(command, [
    ['explain popularity', 'everything of that name'],
    ['explain', 'all names'],
  ]).action((name: string | undefined, options: CommonOptions) =>
    runCommand(options, async ({ api }) => {
      if (name !== undefined) {
        const found = api.explain(name);
        return { json: found, text: found.map(explanationText).join('\n\n') };
      }
      const names = Object.entries(api.EXPLAINED).map(
        ([family, { entries }]) => [family, Object.keys(entries)] as const,
      );
      return {
        json: Object.fromEntries(names),
        text: names.map(([family, list]) => `${family}: ${list.join(', ')}`).join('\n'),
      };
    }),
  );
}

function explanationText({ name, family, key, formula, when, goesWrong, source, options }: Explanation): string {
  const lines = options.map(({ name: option, kind, default: fallback, optional, description }) => {
    const value =
      fallback !== undefined ? `default ${JSON.stringify(fallback)}` : optional ? 'off by default' : 'required';
    return `  ${option}: ${kind}, ${value}${description === undefined ? '' : `\n      ${description}`}`;
  });
  return [
    `${name} (${family}; key ${key})`,
    '',
    `formula     ${formula}`,
    `when        ${when}`,
    `goes wrong  ${goesWrong}`,
    `source      ${source}`,
    ...(lines.length > 0 ? ['', 'options', ...lines] : []),
  ].join('\n');
}
