/** The tower of a side, or what to train to have one. */
import { ConfigError } from '../../core/errors.js';
import type { Side } from '../../core/side.js';
import type { ServedModel, ServedTower } from './served-model.js';

/** @throws ConfigError `NO_TOWER` */
export async function needTower({ title, towers }: ServedModel, side: Side): Promise<ServedTower> {
  const tower = towers[side];
  if (tower) return tower();
  const rows = side === 'item' ? 'items: table+tower' : 'users: history+tower';
  throw new ConfigError(
    'NO_TOWER',
    `${title} has no tower that reads features of ${side}s; train one on a graph with ${side} features, with encoder.rows: { name: tower, ${rows} }`,
  );
}
