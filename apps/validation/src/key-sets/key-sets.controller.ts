import { type RouteInput, validationRoutes } from '@leasehold/contracts';
import { answer, type Answered, type BaseConfig, CONFIG, Input, ProblemError, Route } from '@leasehold/runtime';
import { Controller, Headers, Inject } from '@nestjs/common';
import { KeySets, type ServedKeySet } from './key-sets.js';

@Controller()
export class KeySetsController {
  constructor(
    @Inject(KeySets) private readonly keySets: KeySets,
    @Inject(CONFIG) private readonly config: BaseConfig,
  ) {}

  @Route(validationRoutes.getKeySet)
  root(@Headers('if-none-match') held: string | undefined): Answered<ServedKeySet['body'] | undefined> {
    return this.serve(this.keySets.root(), held);
  }

  @Route(validationRoutes.getTenantKeySet)
  ofTenant(
    @Input() { params }: RouteInput<typeof validationRoutes.getTenantKeySet>,
    @Headers('if-none-match') held: string | undefined,
  ): Answered<ServedKeySet['body'] | undefined> {
    const keySet = this.keySets.ofTenant(params.tenantId);
    if (keySet === undefined) throw new ProblemError('tenant.not_found');
    return this.serve(keySet, held);
  }

  private serve({ body, etag }: ServedKeySet, held: string | undefined): Answered<ServedKeySet['body'] | undefined> {
    const headers = {
      ETag: etag,
      'Cache-Control': `public, max-age=${this.config.jwksMaxAgeSeconds}`,
      // browsers verify receipts too
      'Access-Control-Allow-Origin': '*',
    };
    return isHeld(held, etag) ? answer(undefined, { headers, status: 304 }) : answer(body, { headers });
  }
}

/** `If-None-Match` compares weakly (RFC 9110, 13.1.2): a proxy that compresses may have marked our tag as weak. */
const isHeld = (held: string | undefined, etag: string): boolean =>
  held?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())) === true;
