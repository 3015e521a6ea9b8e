import { describe, expect, it } from 'vitest';
import { describeValidation } from './validation.js';

const record = {
  valid: { 'recall@20': 0.123, 'ndcg@20': 0.0567, 'personalization@100': 0.9 },
  alignment: 1.0123,
  uniformity: { users: -3.123, items: -3.5 },
};

describe('the line of a validation', () => {
  it('is one line of 80 columns', () => {
    expect(describeValidation(7, record, 'recall@20')).toBe(
      'epoch   7  recall@20 0.1230  ndcg@20 0.0567  align 1.012  uniform -3.12/-3.50',
    );
  });

  it.each(['recall@20', 'personalization@100'])('goes on below where there is more to say (%s)', (monitor) => {
    const text = describeValidation(123, { ...record, deadPrototypes: { users: 1000, items: 2000 } }, monitor);
    const lines = text.split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThan(80);
    expect(lines[1]).toMatch(/^ {11}\S/);
    expect(text).toContain('dead prototypes 1000/2000');
    expect(text).toContain(`${monitor} `);
  });

  it('tells of dead prototypes where there are any', () => {
    expect(describeValidation(7, { ...record, deadPrototypes: { users: 0, items: 0 } }, 'recall@20')).not.toContain(
      'dead',
    );
    expect(describeValidation(7, { ...record, deadPrototypes: { items: 3 } }, 'recall@20')).toContain(
      'dead prototypes 3',
    );
  });

  it('says where there was nothing to validate on', () => {
    expect(describeValidation(1, { ...record, valid: undefined }, 'recall@20')).toContain('no validation pairs');
  });
});
