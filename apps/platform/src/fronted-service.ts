import type { ServiceName } from '@leasehold/contracts';
import type { BaseConfig, RunningService } from '@leasehold/runtime';

/** What the front needs to know of a service that runs. */
export interface FrontedService extends Pick<RunningService, 'handler' | 'readiness'> {
  readonly context: {
    readonly name: ServiceName;
    readonly config: Pick<BaseConfig, 'logLevel' | 'trustedProxies'>;
    readonly metrics: { metrics(): Promise<string> };
  };
}
