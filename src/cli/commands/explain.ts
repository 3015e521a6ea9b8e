/** `twinlight explain <name>`: what a loss, a view, an encoder, a negative source or a preset is, and its options. */
import { Command } from 'commander';
import { stringify } from 'yaml';
import type { Explanation, PresetExplanation } from '../../index.js';
import {
  type CommandContext,
  type CommandResult,
  completeCommand,
  type ExtensionOptions,
  withExtensions,
} from '../command-line.js';

export function explainCommand(): Command {
  const command = new Command('explain')
    .summary('what a loss, view, encoder, negative source or preset is')
    .description(
      'Formula, options with their defaults, when to use it, what goes wrong, and where it comes from; of a preset, what it ' +
        'sets. Without a name: the names of every kind.',
    )
    .argument('[name]', 'a name that a configuration may give, e.g. uniform, edge-dropout, in-batch-softmax');
  return completeCommand(
    withExtensions(command),
    [
      ['explain popularity', 'everything of that name'],
      ['explain simgcl', 'what that preset sets'],
      ['explain', 'all names'],
    ],
    explain,
  );
}

async function explain(
  { api }: CommandContext,
  name: string | undefined,
  { extension = [] }: ExtensionOptions,
): Promise<CommandResult> {
  const registries = api.registriesWith(await api.importExtensions(extension));
  if (name !== undefined) {
    const found = api.explain(name, registries);
    const preset = api.explainPreset(name);
    return {
      json: preset ? [...found, { family: 'preset', ...preset }] : found,
      text: [...found.map(explanationText), ...(preset ? [presetText(preset)] : [])].join('\n\n'),
    };
  }
  const families = Object.entries(api.explainedBy(registries));
  const names = families.map(([family, { entries }]) => [family, Object.keys(entries)] as const);
  names.push(['preset', api.PRESET_NAMES]);
  return {
    json: Object.fromEntries(names),
    text: names.map(([family, list]) => `${family}: ${list.join(', ')}`).join('\n'),
  };
}

function presetText({ name, description, config }: PresetExplanation): string {
  const keys = stringify(config).trimEnd().replace(/^/gm, '  ');
  return `${name} (preset; --preset ${name})\n\n${description}; it sets\n\n${keys}`;
}

function explanationText({ name, family, key, formula, when, goesWrong, source, options }: Explanation): string {
  const lines = options.map(({ name: option, kind, range, default: fallback, optional, description, of }) => {
    const value =
      fallback !== undefined ? `default ${JSON.stringify(fallback)}` : optional ? 'off by default' : 'required';
    const told = [range === undefined ? kind : `${kind} (${range})`, value, ...(of ? [`of ${of.join(', ')}`] : [])];
    return `  ${option}: ${told.join(', ')}${description === undefined ? '' : `\n      ${description}`}`;
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
