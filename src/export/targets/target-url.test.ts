import { describe, expect, it } from 'vitest';
import { parseTargetUrl, withoutSecrets } from './target-url.js';

describe('parseTargetUrl', () => {
  it('shows neither user, password nor query', () => {
    const url = parseTargetUrl('postgres://me:p%40ss@host:5433/shop?sslpassword=key&x=', {});
    expect(url).toMatchObject({ scheme: 'postgres', shown: 'postgres://host:5433/shop' });
    expect([...url.secrets].sort()).toEqual(['key', 'p%40ss', 'p@ss']);
    expect(withoutSecrets('no p@ss, no p%40ss at postgres://me:p%40ss@host:5433/shop?sslpassword=key&x=', url)).toBe(
      'no ***, no *** at postgres://host:5433/shop',
    );
  });

  it('replaces the longer of two secrets of which one holds the other', () => {
    const url = parseTargetUrl('redis://u:abc@h?token=abcdef', {});
    expect(withoutSecrets('abcdef abc', url)).toBe('*** ***');
  });

  it('takes a folder or a bucket as it is', () => {
    expect(parseTargetUrl('lancedb:/data/my vectors', {})).toMatchObject({
      shown: 'lancedb:/data/my vectors',
      secrets: [],
    });
    expect(parseTargetUrl('lancedb:s3://bucket/path', {})).toMatchObject({ scheme: 'lancedb', secrets: [] });
  });

  it('takes the URL out of a variable', () => {
    expect(parseTargetUrl('env:STORE', { STORE: 'redis://:x@h:1' })).toMatchObject({ shown: 'redis://h:1' });
    expect(() => parseTargetUrl('env:STORE', {})).toThrow(/no variable STORE/);
  });

  it.each(['shop', 'postgres://me:12/secret@h', 'postgres://me:#secret@h', 'postgres://me:se/cret@h:port'])(
    'refuses %j without repeating it',
    (text) => {
      let error: Error | undefined;
      try {
        parseTargetUrl(text, {});
      } catch (thrown) {
        error = thrown as Error;
      }
      expect(error).toMatchObject({ code: 'PUBLISH_TARGET' });
      expect(error?.message).not.toMatch(/sec|cret/);
    },
  );
});
