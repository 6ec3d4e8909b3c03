import { expect, it } from '@jest/globals';
import { aLicense, licenseId, OTHER_TENANT, TENANT } from '../../test/licenses.js';
import { meteringDatabase } from '../../test/metering-database.js';
import { findContexts } from './find-contexts.js';
import { readContexts } from './read-contexts.js';

const database = meteringDatabase();
const [own, foreign, missing] = [licenseId(1), licenseId(2), licenseId(3)];

/** What was found, and how many questions that took. */
const look = async (...ids: string[]) => {
  let asked = 0;
  const counting = new Proxy(database.pool, {
    get: (pool, name) => {
      if (name === 'query') asked += 1;
      return Reflect.get(pool, name, pool) as unknown;
    },
  });
  const found = await findContexts(counting, TENANT, ids);
  return { found: [...found.keys()], asked };
};

it('one’s own licenses are found at the first look', async () => {
  await database.heard(aLicense({ id: own }), aLicense({ id: foreign, tenantId: OTHER_TENANT }));
  expect(await look(own)).toEqual({ found: [own], asked: 1 });
});

it('another tenant’s license is looked for as long as one that does not exist, and neither is found', async () => {
  await database.heard(aLicense({ id: own }), aLicense({ id: foreign, tenantId: OTHER_TENANT }));
  const [theirs, none] = [await look(own, foreign), await look(own, missing)];
  expect(theirs).toEqual(none);
  expect(theirs.found).toEqual([own]);
});

it('a license that is heard of while it is looked for is found', async () => {
  const looking = look(own);
  await database.heard(aLicense({ id: own }));
  expect((await looking).found).toEqual([own]);
});

it('no license is found without a question', async () => {
  expect(await look()).toEqual({ found: [], asked: 0 });
});

it('a context is read as it was written', async () => {
  const license = aLicense({ id: own, period: { unit: 'day', timezone: 'Asia/Kathmandu' }, limits: { a: 1 } });
  await database.heard(license);
  expect((await readContexts(database.pool, [own])).get(own)).toMatchObject({
    licenseId: own,
    tenantId: TENANT,
    startsAt: license.startsAt,
    period: license.period,
    limits: license.limits,
    revoked: false,
  });
});
