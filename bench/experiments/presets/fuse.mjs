/**
 * Models of run.mjs in one index (`twinlight fuse`): weights and similarity are selected on validation with the models that
 * were trained without it, the models trained on train and validation are fused in that way, and only they meet the test
 * pairs.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { twinlight } from '../study/twinlight.mjs';

/** Of the models after the first, which has 1. */
const WEIGHTS = [0.5, 1, 2];

/** Every choice of a weight for each of `count` models. */
function choices(count) {
  if (count === 0) return [[]];
  return WEIGHTS.flatMap((weight) => choices(count - 1).map((others) => [weight, ...others]));
}

/**
 * @param presets two or more
 * @param runOf run folder of a preset and a stage, `selected` (trained without validation) or `final`
 * @param pick the figures, the last one selects
 * @param chosen weights and similarity where they are selected already, with another seed
 * @returns what was tried, selected and measured
 */
export function fuse(presets, runOf, pick, chosen) {
  const work = mkdtempSync(join(tmpdir(), 'twinlight-bench-fuse-'));
  const measure = (stage, part, weights, similarity) => {
    const runs = presets.map((preset) => runOf(preset, stage));
    const missing = runs.find((run) => !existsSync(join(run, 'best.state')));
    if (missing) throw new Error(`no run in ${missing}: train it with --keep FOLDER first`);
    const out = join(work, `${stage}-${weights}-${similarity}`);
    twinlight('fuse', ...runs, '--weights', `${weights}`, '--similarity', similarity, '--out', out);
    const figures = pick(twinlight('evaluate', out, '--split', part).metrics);
    rmSync(out, { recursive: true });
    return figures;
  };
  const select = () => {
    const tried = ['cosine', 'as-trained'].flatMap((similarity) =>
      choices(presets.length - 1)
        .map((others) => [1, ...others])
        .map((weights) => ({ weights, similarity, valid: measure('selected', 'valid', weights, similarity) })),
    );
    return { ...tried.toSorted((a, b) => b.valid.at(-1) - a.valid.at(-1))[0], tried };
  };
  try {
    const { weights, similarity, valid, tried } = chosen ?? select();
    return { weights, similarity, valid, test: measure('final', 'test', weights, similarity), tried };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
