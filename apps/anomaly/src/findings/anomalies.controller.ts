import { type AnomalyBody, anomalyRoutes, type RouteInput } from '@leasehold/contracts';
import {
  type Caller,
  CallerOf,
  CLOCK,
  type Clock,
  DATABASE,
  type Database,
  type IdempotencyEntry,
  IdempotencyOf,
  Input,
  type Page,
  ProblemError,
  Route,
  tenantOf,
} from '@leasehold/runtime';
import { Controller, Inject } from '@nestjs/common';
import { FindingEntity } from '../database/entities.js';
import { hasLicense } from '../licenses/known-licenses.js';
import { FindingRelay } from '../telling/finding-relay.js';
import { listFindings } from './list-findings.js';
import type { Settlement } from './settle.js';
import { settleFinding } from './settle-finding.js';
import { showFinding } from './show-finding.js';

const { listAnomalies, getAnomaly, acknowledgeAnomaly, resolveAnomaly, muteAnomaly } = anomalyRoutes;

@Controller()
export class AnomaliesController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FindingRelay) private readonly relay: FindingRelay,
  ) {}

  @Route(listAnomalies)
  async list(
    @Input() { query }: RouteInput<typeof listAnomalies>,
    @CallerOf() caller: Caller,
  ): Promise<Page<AnomalyBody>> {
    const tenantId = tenantOf(caller);
    const { licenseId } = query;
    if (licenseId !== undefined && !(await hasLicense(this.database.pool, tenantId, licenseId))) {
      throw new ProblemError('license.not_found');
    }
    return listFindings(this.database.dataSource.getRepository(FindingEntity), tenantId, query);
  }

  @Route(getAnomaly)
  async get(@Input() { params }: RouteInput<typeof getAnomaly>, @CallerOf() caller: Caller): Promise<AnomalyBody> {
    const findings = this.database.dataSource.getRepository(FindingEntity);
    const found = await findings.findOneBy({ id: params.anomalyId, tenantId: tenantOf(caller) });
    if (found === null) throw new ProblemError('anomaly.not_found');
    return showFinding(found);
  }

  @Route(acknowledgeAnomaly)
  acknowledge(
    @Input() input: RouteInput<typeof acknowledgeAnomaly>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<AnomalyBody> {
    return this.settle(input.params.anomalyId, 'acknowledged', caller, idempotency);
  }

  @Route(resolveAnomaly)
  resolve(
    @Input() input: RouteInput<typeof resolveAnomaly>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<AnomalyBody> {
    return this.settle(input.params.anomalyId, 'resolved', caller, idempotency);
  }

  @Route(muteAnomaly)
  mute(
    @Input() input: RouteInput<typeof muteAnomaly>,
    @CallerOf() caller: Caller,
    @IdempotencyOf() idempotency: IdempotencyEntry,
  ): Promise<AnomalyBody> {
    return this.settle(input.params.anomalyId, 'muted', caller, idempotency);
  }

  private async settle(
    findingId: string,
    to: Settlement,
    caller: Caller,
    idempotency: IdempotencyEntry,
  ): Promise<AnomalyBody> {
    const outcome = await settleFinding(
      this.database.pool,
      { tenantId: tenantOf(caller), findingId, to, now: this.clock.now() },
      (body) => idempotency.rowFor(200, body),
    );
    if ('refusal' in outcome) throw new ProblemError(outcome.refusal);
    this.relay.kick();
    return outcome.done;
  }
}
