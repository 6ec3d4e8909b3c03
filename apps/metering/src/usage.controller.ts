import { type RouteInput, type UsageBody, usageRoutes } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  Route,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { METERING_METRICS, type MeteringMetrics } from './metering-metrics.js';
import { readUsage } from './reading/read-usage.js';
import { type RecordedUsage, recordUsage } from './recording/record-usage.js';
import { TELLER, type Teller } from './telling/teller.js';
import { UsageTelling } from './telling/usage-telling.js';

@Controller()
export class UsageController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(TELLER) private readonly teller: Teller,
    @Inject(UsageTelling) private readonly telling: UsageTelling,
    @Inject(METERING_METRICS) private readonly metrics: MeteringMetrics,
  ) {}

  @Route(usageRoutes.getUsage)
  get(@Input() { query }: RouteInput<typeof usageRoutes.getUsage>, @CallerOf() caller: Caller): Promise<UsageBody> {
    return readUsage(this.database.pool, tenantOf(caller), query, this.teller.clock.now());
  }

  @Route(usageRoutes.recordUsage)
  async record(
    @Input() { body }: RouteInput<typeof usageRoutes.recordUsage>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<RecordedUsage> {
    const posted = { tenantId: tenantOf(caller), body };
    const recorded = await recordUsage(this.database.pool, posted, this.teller, (answer) =>
      idempotency.rowFor(usageRoutes.recordUsage.answer.status, answer),
    );
    this.telling.kick();
    this.metrics.posted(recorded.results);
    return recorded;
  }
}
