import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { clustersFolder, removeAbandonedClusters } from './clusters.mjs';
import { startPostgres } from './embedded-postgres.mjs';

/** One cluster per run, so that two runs at once do not meet. Jest calls this once, however many projects name it. */
export default async function startTestPostgres() {
  removeAbandonedClusters();
  const dir = join(clustersFolder, `test-${process.pid}`);
  const postgres = await startPostgres({ dir, volatile: true });
  // read by the workers, which are forked after this
  process.env.TEST_POSTGRES_URL = postgres.url();
  globalThis.stopTestPostgres = async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
