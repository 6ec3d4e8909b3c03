import { describe, expect, it, test } from '@jest/globals';
import { isUnreadable, readQuestion } from './read-question.js';

describe('the body of a validation', () => {
  it('is read member by member', () => {
    const body = {
      licenseKey: 'lic_1',
      domain: 'example.com',
      nonce: 'n',
      product: 'prod_1',
      features: ['a'],
      receiptFormat: 'jws',
    };
    const { receiptFormat: _, ...said } = body;
    expect(readQuestion(body)).toEqual({ ...said, jws: true });
  });

  it('takes null for absent, and an empty nonce for none', () => {
    const nothing = { licenseKey: null, domain: null, nonce: '', product: null, features: null, receiptFormat: null };
    const absent = { licenseKey: '', domain: undefined, nonce: undefined, product: undefined, features: undefined };
    expect(readQuestion(nothing)).toEqual({ ...absent, jws: false });
    expect(readQuestion({})).toEqual({ ...absent, jws: false });
  });

  it('passes over members it does not know, whatever they hold', () => {
    const read = readQuestion(
      JSON.parse('{"licenseKey":"lic_1","seat":7,"__proto__":{"domain":5},"extra":[{}]}') as unknown,
    );
    expect(isUnreadable(read)).toBe(false);
  });

  test.each([
    [null, ''],
    [[], ''],
    ['text', ''],
    [5, ''],
    [true, ''],
    [{ licenseKey: 5 }, '/licenseKey'],
    [{ licenseKey: {} }, '/licenseKey'],
    [{ licenseKey: ['lic_1'] }, '/licenseKey'],
    [{ domain: 1 }, '/domain'],
    [{ domain: false }, '/domain'],
    [{ nonce: 0 }, '/nonce'],
    [{ nonce: {} }, '/nonce'],
    [{ nonce: 'x'.repeat(513) }, '/nonce'],
    [{ nonce: '\ud800' }, '/nonce'],
    [{ product: [] }, '/product'],
    [{ features: 'a' }, '/features'],
    [{ features: {} }, '/features'],
    [{ features: ['a', 1] }, '/features'],
    [{ features: [null] }, '/features'],
    [{ receiptFormat: 'JWS' }, '/receiptFormat'],
    [{ receiptFormat: 1 }, '/receiptFormat'],
  ])('%j cannot be read, and %j is where', (body, pointer) => {
    expect(readQuestion(body)).toMatchObject({ pointer });
  });

  it('has a nonce of up to 512 characters', () => {
    expect(readQuestion({ nonce: 'é'.repeat(512) })).toMatchObject({ nonce: 'é'.repeat(512) });
  });
});
