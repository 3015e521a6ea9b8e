/** `twinlight draw <graph|run|study>`: a picture as an SVG file. */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import {
  type Api,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  completeCommand,
  type ExtensionOptions,
  withExtensions,
} from '../command-line.js';
import { openRun, studyFolderOf, targetOf } from '../open-target.js';
import { writeText } from '../write-text.js';

interface DrawOptions extends CommonOptions, ExtensionOptions {
  readonly user?: string;
  readonly item?: string;
  readonly prototypes?: boolean;
  readonly out?: string;
}

/** Items of a run's list that a user's picture shows. */
const RECOMMENDED = 10;

export function drawCommand(): Command {
  const command = new Command('draw')
    .summary('an SVG picture of a user, an item, the prototypes, or a study')
    .description(
      'Draws what is within two hops of a user or an item, or the items of a run packed by prototype. For a user of a run ' +
        'also what the run recommends. Of a study the trials: which values went with which results. ' +
        'Where there is too much for a legible picture, the best connected are drawn, and the picture says so.',
    )
    .argument('<graph|run|study>', 'graph, run or study folder, or an id under graphs/, checkpoints/ or studies/')
    .addOption(new Option('--user <id>', 'the neighbourhood of this user').conflicts(['item', 'prototypes']))
    .addOption(new Option('--item <id>', 'the neighbourhood of this item').conflicts(['user', 'prototypes']))
    .addOption(new Option('--prototypes', 'the items of a run by prototype').conflicts(['user', 'item']))
    .option('--out <file>', 'the file to write; by default named after what is drawn');
  return completeCommand(
    withExtensions(command),
    [
      ['draw graphs/ml-100k_per-user-time_1a2b3c4d --user 196', 'writes user-196.svg'],
      ['draw checkpoints/my-run --user 196', 'the same with what the run recommends to them'],
      ['draw checkpoints/my-run --prototypes --out prototypes.svg', 'needs a run with prototypes (joint, swav)'],
      ['draw studies/my-study', 'writes trials.svg: parallel coordinates'],
    ],
    draw,
  );
}

async function draw({ api }: CommandContext, path: string, options: DrawOptions): Promise<CommandResult> {
  const study = studyFolderOf(api, path);
  const svg = study === undefined ? await picture(api, path, options) : await studyPicture(api, study, options);
  const file = resolve(options.out ?? (study === undefined ? defaultName(options) : 'trials.svg'));
  mkdirSync(dirname(file), { recursive: true });
  writeText(file, svg);
  return { json: { file, bytes: Buffer.byteLength(svg) }, text: `picture ${file}` };
}

async function studyPicture(api: Api, folder: string, options: DrawOptions): Promise<string> {
  const other = (['user', 'item', 'prototypes'] as const).find((name) => options[name] !== undefined);
  if (other !== undefined) {
    throw new api.ConfigError('USAGE_DRAW', `--${other}: ${folder} is a study, of which its trials are drawn`);
  }
  const extensions = await api.importExtensions(options.extension ?? []);
  return api.drawStudy(api.readStudy(folder, api.registriesWith(extensions)));
}

async function picture(api: Api, path: string, { user, item, prototypes, extension }: DrawOptions): Promise<string> {
  const target = targetOf(api, path);
  if (target.kind === 'source') {
    throw new api.ConfigError('NO_SUCH_TARGET', `${path} is neither a graph folder nor a run folder nor a study`);
  }
  if (prototypes) {
    if (target.kind === 'graph') {
      throw new api.ConfigError('NO_PROTOTYPES', `${path} is a graph; prototypes belong to a run (twinlight train)`);
    }
    return api.drawPrototypes(await openRun(api, target.folder, { extension }));
  }
  const center =
    user !== undefined ? ({ side: 'user', id: user } as const) : ({ side: 'item', id: item ?? '' } as const);
  if (user === undefined && item === undefined) {
    throw new api.ConfigError('USAGE_DRAW', 'say what to draw: --user ID, --item ID or --prototypes');
  }
  if (target.kind === 'graph') return api.drawEgo(await api.loadGraph(target.folder), center);
  const run = await openRun(api, target.folder, { extension });
  const items = user === undefined ? [] : await api.recommendForUser(run, user, { k: RECOMMENDED });
  return api.drawEgo(run.graph, center, { recommended: items.map(({ id }) => id) });
}

function defaultName({ user, item }: DrawOptions): string {
  if (user === undefined && item === undefined) return 'prototypes.svg';
  const id = (user ?? item ?? '').replace(/[^\p{L}\p{N}_.-]+/gu, '-').slice(0, 60);
  return user === undefined ? `item-${id}.svg` : `user-${id}.svg`;
}
