/** The tasks against their definitions: a full sort of plain arrays over the task's candidates and pairs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputsOf, type Labels, matrixRecommender } from '../../../tests/labelled-matrix.js';
import { raggedFromPairs } from '../../core/ragged.js';
import { compareReports } from '../compare-reports.js';
import { reportOfTask, summary, tasksOf } from '../evaluation-report.js';
import { evaluateTasks } from './evaluate-tasks.js';
import { metricsOfTasks, monitoredOf, monitorPattern } from './monitored.js';
import { questionsOf, TASK_NAMES, TASKS, type TaskName } from './registry.js';

const NUM_USERS = 6;
const NUM_ITEMS = 12;
const matrixOf = <T>(cell: fc.Arbitrary<T>) =>
  fc.array(fc.array(cell, { minLength: NUM_ITEMS, maxLength: NUM_ITEMS }), {
    minLength: NUM_USERS,
    maxLength: NUM_USERS,
  });
/** 1 train, 2 held out; many 0 and 2, so that items and users without a training pair come up. */
const worlds = matrixOf(fc.constantFrom(0, 0, 0, 0, 0, 1, 2)).filter((labels) => labels.flat().includes(2));
const anyScores = matrixOf(fc.integer({ min: -3, max: 3 }));

/** Whom the task ranks and what it asks, read off the labels. */
function asked(
  labels: Labels,
  made: readonly number[],
): Record<TaskName, { competes: (i: number) => boolean; counts: (u: number, i: number) => boolean }> {
  const isWarm = (item: number) => labels.some((row) => row[item] === 1);
  const isKnown = (user: number) => labels[user].includes(1);
  const anything = () => true;
  return {
    overall: { competes: anything, counts: anything },
    cold: { competes: (item) => !isWarm(item), counts: (_user, item) => !isWarm(item) },
    warm: { competes: isWarm, counts: (_user, item) => isWarm(item) },
    'user-cold': { competes: anything, counts: (user) => !isKnown(user) && !made.includes(user) },
    strong: { competes: anything, counts: (user) => made.includes(user) },
  };
}

function naive(scores: number[][], labels: Labels, task: TaskName, k: number, foldIn = foldInOf(labels)) {
  const made = Array.from(labels.keys()).filter((user) => foldIn.offsets[user + 1] > foldIn.offsets[user]);
  const { competes, counts } = asked(labels, made)[task];
  const recalls: number[] = [];
  const ndcgs: number[] = [];
  for (const [user, row] of labels.entries()) {
    const truth = row.flatMap((label, item) => (label === 2 && counts(user, item) ? [item] : []));
    if (truth.length === 0) continue;
    const ranked = row
      .map((_, item) => item)
      .filter((item) => competes(item) && row[item] !== 1)
      .sort((a, b) => scores[user][b] - scores[user][a] || a - b)
      .slice(0, k);
    const gain = (places: number[]) => places.reduce((sum, place) => sum + 1 / Math.log2(place + 2), 0);
    const hits = ranked.flatMap((item, place) => (truth.includes(item) ? [place] : []));
    recalls.push(hits.length / truth.length);
    ndcgs.push(gain(hits) / gain(truth.map((_, place) => place).slice(0, k)));
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const numCandidates = Array.from({ length: NUM_ITEMS }, (_, item) => item).filter(competes).length;
  return { users: recalls.length, numCandidates, recall: mean(recalls), ndcg: mean(ndcgs) };
}

/** Users without a training pair and with an even number, of whom one known item each is the input. */
function foldInOf(labels: Labels) {
  const made = Array.from(labels.keys()).filter((user) => user % 2 === 0 && !labels[user].includes(1));
  const item = (user: number) => labels[user].indexOf(0);
  const users = made.filter((user) => item(user) >= 0);
  return raggedFromPairs(Int32Array.from(users), Int32Array.from(users, item), labels.length);
}

describe('evaluateTasks', () => {
  it('equals a full sort over the candidates and pairs of each task', async () => {
    await fc.assert(
      fc.asyncProperty(anyScores, worlds, fc.integer({ min: 1, max: 14 }), async (scores, labels, k) => {
        const report = await evaluateTasks(matrixRecommender(scores), {
          ...inputsOf(labels),
          foldIn: foldInOf(labels),
          topK: [k],
        });
        for (const one of tasksOf(report)) {
          const expected = naive(scores, labels, one.task, k);
          expect([one.numCandidates, one.numUsersEvaluated]).toEqual([expected.numCandidates, expected.users]);
          expect(one.metrics[`recall@${k}`]).toBeCloseTo(expected.recall, 6);
          expect(one.metrics[`ndcg@${k}`]).toBeCloseTo(expected.ndcg, 6);
        }
        const there = TASK_NAMES.filter((task) => naive(scores, labels, task, k).users > 0);
        const hasCold = there.includes('cold');
        expect(tasksOf(report).map(({ task }) => task)).toEqual(there.filter((task) => task !== 'warm' || hasCold));
      }),
      { numRuns: 60 },
    );
  });

  it('is 1 everywhere for a ranking by the truth, and as good as a draw for one that knows nothing', async () => {
    // user u takes items u and u + 6; the first six are warm by the next user
    const labels = Array.from({ length: 6 }, (_, user) =>
      Array.from({ length: 12 }, (_, item) => (item % 6 === user ? 2 : item === (user + 1) % 6 ? 1 : 0)),
    );
    const truth = labels.map((row) => row.map((label) => (label === 2 ? 1 : 0)));
    const report = await evaluateTasks(matrixRecommender(truth), { ...inputsOf(labels), topK: [1, 2] });
    expect(tasksOf(report).map(({ metrics }) => [metrics['recall@2'], metrics['ndcg@2']])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    const blind = await evaluateTasks(matrixRecommender(truth.map((row) => row.map(() => 0))), {
      ...inputsOf(labels),
      topK: [2],
    });
    // ties by item: the two first cold items for all six users, of whom two own one
    expect(reportOfTask(blind, 'cold').metrics['recall@2']).toBeCloseTo(2 / 6, 9);
  });

  it('answers the tasks that are wanted, and tells intervals and files no per-user values', async () => {
    const labels = [
      [1, 2, 2, 0],
      [0, 1, 0, 2],
    ];
    const scores = labels.map((row) => row.map((_, item) => item));
    const report = await evaluateTasks(matrixRecommender(scores), { ...inputsOf(labels), topK: [1], tasks: ['cold'] });
    expect(tasksOf(report).map(({ task }) => task)).toEqual(['overall', 'cold']);
    const told = summary(report);
    expect(JSON.parse(JSON.stringify(told)).tasks[0]).toMatchObject({ task: 'cold', numCandidates: 2, metrics: {} });
    expect(JSON.stringify(told)).not.toContain('perUser');
    expect(Object.keys(reportOfTask(report, 'cold').metrics)).not.toContain('coverage@1');
    expect(metricsOfTasks(told)).toMatchObject({ 'recall@1': report.metrics['recall@1'], 'cold.recall@1': 0.5 });
    expect(() => reportOfTask(report, 'user-cold')).toThrow(/no task "user-cold": there are overall, cold/);
  });

  it('compares two models on a task, and not across tasks', async () => {
    const labels = Array.from({ length: 8 }, () => [1, 2, 2, 0, 0]);
    const rank = (scores: number[]) =>
      evaluateTasks(matrixRecommender(labels.map(() => scores)), { ...inputsOf(labels), topK: [1] });
    const [good, bad] = [await rank([0, 3, 2, 1, 0]), await rank([0, 0, 0, 5, 5])];
    const [a, b] = [reportOfTask(bad, 'cold'), reportOfTask(good, 'cold')];
    const { perUserMetrics } = compareReports({ a, b });
    expect(perUserMetrics.find(({ metric }) => metric === 'recall@1')).toMatchObject({ better: 'b', valueB: 0.5 });
    expect(() => compareReports({ a: bad, b })).toThrow(expect.objectContaining({ code: 'EVAL_NOT_COMPARABLE' }));
  });
});

describe('questionsOf', () => {
  it('are overall alone where train knows all, and none where nothing is held out', () => {
    const tasks = (labels: Labels) => questionsOf(inputsOf(labels)).map(({ task }) => task);
    expect(
      tasks([
        [1, 2],
        [2, 1],
      ]),
    ).toEqual(['overall']);
    expect(
      tasks([
        [1, 0],
        [0, 1],
      ]),
    ).toEqual([]);
    expect(
      tasks([
        [1, 2],
        [0, 2],
      ]),
    ).toEqual(['overall', 'cold', 'user-cold']);
  });

  it('have a definition each', () => {
    for (const { definition } of Object.values(TASKS)) expect(definition.split(';')).toHaveLength(2);
  });
});

describe('a monitor', () => {
  const pattern = monitorPattern(['recall', 'ndcg']);

  it.each([
    ['ndcg@20', { task: 'overall', key: 'ndcg@20', recordKey: 'ndcg@20', metric: 'ndcg', k: 20 }],
    ['overall.ndcg@20', { task: 'overall', key: 'ndcg@20', recordKey: 'ndcg@20', metric: 'ndcg', k: 20 }],
    [
      'user-cold.recall@5',
      { task: 'user-cold', key: 'recall@5', recordKey: 'user-cold.recall@5', metric: 'recall', k: 5 },
    ],
  ])('%s is read', (monitor, expected) => {
    expect(pattern.test(monitor)).toBe(true);
    expect(monitoredOf(monitor)).toEqual(expected);
  });

  it.each(['lukewarm.ndcg@20', 'cold.auc@20', 'cold', 'cold.ndcg', 'ndcg@0', 'coldndcg@20'])(
    '%s is none',
    (monitor) => {
      expect(pattern.test(monitor)).toBe(false);
    },
  );
});
