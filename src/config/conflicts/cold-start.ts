/** What is asked of towers takes an encoder that has them, on the side that is meant. */
import { encoderParts } from '../../encoders/index.js';
import type { RunConfig } from '../run-config.js';

const HOW = 'choose encoder.rows { name: tower } (preset features)';

export function coldStartConflict(config: RunConfig): string | undefined {
  return withoutTower(config) ?? withoutPupil(config) ?? withoutCleanPass(config);
}

function withoutTower({ encoder, losses, coldStart }: RunConfig): string | undefined {
  const { rows } = encoderParts(encoder);
  const hasTower = {
    users: rows.name === 'tower' && rows.users.endsWith('tower'),
    items: rows.name === 'tower' && rows.items.endsWith('tower'),
  };
  const hasBoth = {
    users: rows.name === 'tower' && rows.users === 'table+tower',
    items: rows.name === 'tower' && rows.items === 'table+tower',
  };
  const { features } = losses;
  if (features.weight > 0) {
    const asked = (['users', 'items'] as const).filter((side) => features.sides === 'both' || features.sides === side);
    const lacking = asked.find((side) => !hasTower[side]);
    if (lacking)
      return `losses.features contrasts what is known of ${lacking}, but the encoder has no tower of theirs; ${HOW}`;
  }
  const keys = [
    ['alignment.weight', coldStart.alignment.weight],
    ['neighbours', coldStart.neighbours],
  ] as const;
  const asked = keys.find(([, value]) => value > 0);
  if (asked === undefined || hasBoth.users || hasBoth.items) return undefined;
  return `coldStart.${asked[0]} is about entities with an id row and a tower, but the encoder has none (table+tower); ${HOW}`;
}

/** A teacher teaches towers of items, and gives its vectors to id rows. */
function withoutPupil({ encoder, coldStart: { teacher } }: RunConfig): string | undefined {
  if (teacher === undefined) return undefined;
  const { rows } = encoderParts(encoder);
  if (rows.name !== 'tower' || !rows.items.endsWith('tower')) {
    return `coldStart.teacher is there to be learned from by towers of items, but the encoder has none; ${HOW}`;
  }
  const { of, student, numItems } = teacher;
  if (of === 'vectors' && (student !== 'towers' || numItems !== 'batch')) {
    const key = student === 'towers' ? 'numItems' : 'student';
    return `coldStart.teacher.${key} is about scores, but coldStart.teacher.of is vectors; set it to scores`;
  }
  if (teacher.ids === 'learned' || rows.users.startsWith('table') || rows.items.startsWith('table')) return undefined;
  return (
    'coldStart.teacher.ids is teacher, but the encoder has no id rows that could be its vectors; set encoder.rows.users to table, or ' +
    'encoder.rows.items to table+tower'
  );
}

/** Cross-layer pairing runs its main pass on a view. */
function withoutCleanPass({ views, coldStart, positives }: RunConfig): string | undefined {
  if (views.pairing !== 'cross-layer') return undefined;
  const why = 'changes what the main pass runs on, which under cross-layer pairing is views.first; choose two-views';
  if (coldStart.cutItems > 0) return `coldStart.cutItems ${why}`;
  if (positives.messageDropout > 0) return `positives.messageDropout ${why}`;
  return positives.messages === 'without-batch' ? `positives.messages ${why}` : undefined;
}
