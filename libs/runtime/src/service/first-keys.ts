import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the first start of a platform makes, in the clear for the only time. */
export interface FirstKeys {
  readonly tenantId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly operatorKey: string;
}

/** Makes the first tenant and its keys; issuance provides it. */
export interface Bootstrap {
  /**
   * Answers the keys when nobody had them before this call, `undefined` later.
   *
   * @param remember keeps the keys for the operator. Until it has succeeded the next start gives the keys again, so that
   * no crash can lose them.
   */
  run(remember: (keys: FirstKeys) => Promise<void>): Promise<FirstKeys | undefined>;
}

/** Bootstraps where that is still to be done; the keys go to `bootstrap.json`, which only its owner can read. */
export async function bootstrapInto(
  dataDir: string,
  apiUrl: string,
  bootstrap: Bootstrap,
): Promise<FirstKeys | undefined> {
  const file = join(dataDir, 'bootstrap.json');
  const remember = (keys: FirstKeys): Promise<void> => {
    write(file, { ...keys, apiUrl });
    return Promise.resolve();
  };
  const keys = await bootstrap.run(remember);
  if (keys === undefined) correctUrl(file, apiUrl);
  else await remember(keys);
  return keys;
}

/** A later start may listen elsewhere. An operator may have moved the file away or changed it: then it stays so. */
function correctUrl(file: string, apiUrl: string): void {
  let kept: FirstKeys & { readonly apiUrl: string };
  try {
    kept = JSON.parse(readFileSync(file, 'utf8')) as typeof kept;
  } catch {
    return;
  }
  if (kept.apiUrl !== apiUrl) write(file, { ...kept, apiUrl });
}

function write(file: string, content: FirstKeys & { readonly apiUrl: string }): void {
  const { tenantId, secretKey, publishableKey, operatorKey, apiUrl } = content;
  const draft = `${file}.${process.pid}`;
  const text = JSON.stringify({ tenantId, secretKey, publishableKey, operatorKey, apiUrl }, undefined, 2);
  writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
}

/** Shown once, on the first start. */
export const firstKeysNotice = (keys: FirstKeys, apiUrl: string, dataDir: string): string => `
Leasehold has made its first tenant. These keys are shown once; they are also in ${join(dataDir, 'bootstrap.json')}.

  tenant            ${keys.tenantId}
  secret key        ${keys.secretKey}
  publishable key   ${keys.publishableKey}
  operator key      ${keys.operatorKey}

Define your first product:

  curl ${apiUrl}/v1/products \\
    -H 'Authorization: Bearer ${keys.secretKey}' \\
    -H 'Content-Type: application/json' \\
    -d '{"name": "My product"}'

`;
