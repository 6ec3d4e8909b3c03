import { BOOTSTRAP } from '@leasehold/issuance';
import { runServices } from '@leasehold/runtime';
import { openPlatformFront } from './platform-front.js';
import { SERVICE_DEFINITIONS } from './services.js';

await runServices({
  name: 'platform',
  definitions: SERVICE_DEFINITIONS,
  bootstrap: BOOTSTRAP,
  front: (services, publicUrl) => openPlatformFront(services, SERVICE_DEFINITIONS, publicUrl),
});
