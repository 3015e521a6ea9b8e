/**
 * One side of a comparison: a checkout and a folder of its own, in which its command line is run. All paths given to it are
 * relative to that folder, so that what both sides write and print may be compared as it is.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LABELLED } from './case.mjs';
import { GRAPHS, RATED, SAMPLES } from './cases.mjs';
import { readState } from './differences.mjs';

export class Side {
  /** @param checkout folder of a checkout that is set up and built @param folder empty */
  constructor(checkout, folder) {
    this.folder = folder;
    this.dist = join(resolve(checkout), 'dist');
    this.main = join(this.dist, 'cli', 'main.js');
    if (!existsSync(this.main)) throw new Error(`${checkout} is not built: run \`npm run setup\` there`);
  }

  /** Afterwards `readConfig` gives the whole configuration that a text says to this checkout. */
  async loadConfigReader() {
    const { parseConfigText, resolveConfig } = await import(pathToFileURL(join(this.dist, 'index.js')).href);
    this.readConfig = (text) => resolveConfig([parseConfigText(text, 'config.yaml')], 'config.yaml');
  }

  path(name) {
    return join(this.folder, name);
  }

  has(name) {
    return existsSync(this.path(name));
  }

  /** Writes these logs and builds these graphs, by name. @returns outcomes, as of `runAll` */
  async prepare({ logs, graphs }) {
    writeFileSync(this.path(LABELLED.file), LABELLED.pairs.map((pair) => `${pair.join(',')}\n`).join(''));
    const drawn = await this.runAll(logs.map((name) => ['sample', '--out', `logs/${name}`, ...SAMPLES[name]]));
    if (drawn.some(({ asMeant }) => !asMeant)) return drawn;
    if (logs.includes('world')) this.rate('world', RATED);
    const build = (name) => ['build', `logs/${GRAPHS[name].of}`, '--name', name, ...GRAPHS[name].options];
    return [...drawn, ...(await this.runAll(graphs.map(build)))];
  }

  /** @param mainOf command line that does a command, where it is not this side's @returns outcomes, up to the first that failed */
  async runAll(commands, mainOf = () => this.main) {
    const outcomes = [];
    for (const command of commands) {
      outcomes.push(await this.run(command, mainOf(command)));
      if (!outcomes.at(-1).asMeant) break;
    }
    return outcomes;
  }

  /** Writes `logs/<name>`: those of `of`, a line rated after the other from 1 to 5. */
  rate(of, name) {
    const [head, ...rows] = readFileSync(this.path(`logs/${of}/interactions.csv`), 'utf8')
      .trim()
      .split('\n');
    const rated = [`${head},rating`, ...rows.map((row, i) => `${row},${1 + (i % 5)}`)];
    mkdirSync(this.path(`logs/${name}`));
    writeFileSync(this.path(`logs/${name}/interactions.csv`), `${rated.join('\n')}\n`);
  }

  /**
   * Runs a command to its end.
   * @returns exit code, whether it is the one that was meant, and what was printed without what names this folder or the process
   */
  async run(command, main) {
    const { args, interruptAt, refused } = Array.isArray(command) ? { args: command } : command;
    const given = args.map((arg) => this.stored(arg));
    const child = spawn(process.execPath, [main, ...given, '--json', '--quiet'], { cwd: this.folder });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        printed[stream] += text;
      });
    }
    const ended = new Promise((done, failed) => child.on('error', failed).on('close', done));
    if (interruptAt !== undefined) {
      const last = this.path(join(args[args.indexOf('--run') + 1], 'last.state'));
      while (child.exitCode === null && stepsIn(last) < interruptAt) await new Promise((next) => setTimeout(next, 5));
      child.kill('SIGINT');
    }
    const code = await ended;
    const anonymous = (text) => text.replaceAll(this.folder, '.').replace(/\(node:\d+\)/g, '(node)');
    const asMeant = refused ? code > 0 : code === (interruptAt === undefined ? 0 : 130);
    // what an interrupted command says depends on the moment
    const said = interruptAt === undefined ? printed : { stdout: '', stderr: '' };
    return { args, code, asMeant, stdout: anonymous(said.stdout), stderr: anonymous(said.stderr) };
  }

  /** `graphs/NAME` → the folder of the graph of that name, which ends with a hash. */
  stored(arg) {
    if (!arg.startsWith('graphs/')) return arg;
    const found = readdirSync(this.path('graphs')).find((id) => id.startsWith(`${arg.slice('graphs/'.length)}_`));
    return found ? `graphs/${found}` : arg;
  }

  /** The run folder of a case; of a pattern that ends with `*`, the one that is there. */
  runOf({ run }) {
    if (!run?.endsWith('/*')) return run;
    const parent = run.slice(0, -2);
    return this.has(parent) ? join(parent, readdirSync(this.path(parent))[0]) : undefined;
  }
}

const stepsIn = (file) => (existsSync(file) ? readState(readFileSync(file)).meta.step : 0);
