import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { AccountTable } from '../accounts/account-table.js';

/** What a service holds, asked when the metrics are read: its connections, and how old its knowledge of accounts is. */
export function observeState(metrics: Registry, pool: Pool, accounts: AccountTable): void {
  new Gauge({
    name: 'leasehold_database_connections',
    help: 'Connections of the fast pool by state; waiting counts those who wait for one.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'leasehold_accounts_age_seconds',
    help: 'Time since the account table last knew itself to be up to date.',
    registers: [metrics],
    collect() {
      this.set(accounts.ageMs() / 1_000);
    },
  });
}
