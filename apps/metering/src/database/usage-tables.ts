/** What metering keeps, beside what every consumer does. Quantities end at 2^53 - 1: beyond it JSON loses whole numbers. */
export const usageTablesSql = `
-- the newest state of each license, as far as counting needs it
CREATE TABLE license_context (
  license_id text COLLATE "C" PRIMARY KEY,
  version    integer NOT NULL,
  context    json NOT NULL
);

-- quarter hours of UTC; one in which a period begins is cut there, so that sums of buckets are sums of periods
CREATE TABLE usage_bucket (
  license_id text COLLATE "C" NOT NULL,
  meter      text COLLATE "C" NOT NULL,
  starts_at  timestamptz NOT NULL,
  quantity   bigint NOT NULL,
  PRIMARY KEY (license_id, meter, starts_at)
) WITH (fillfactor = 70);

-- threshold: the highest that was told; exceeded: whether a refusal was
CREATE TABLE usage_period (
  license_id text COLLATE "C" NOT NULL,
  meter      text COLLATE "C" NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  quantity   bigint NOT NULL,
  threshold  smallint NOT NULL DEFAULT 0,
  exceeded   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (license_id, meter, starts_at)
) WITH (fillfactor = 70);

-- calls of licenses that the facts have not told of yet; they have a period once those have
CREATE TABLE unplaced_usage (
  license_id text COLLATE "C" NOT NULL,
  meter      text COLLATE "C" NOT NULL,
  at         timestamptz NOT NULL,
  quantity   bigint NOT NULL,
  refused    boolean NOT NULL
);
CREATE INDEX unplaced_usage_of_license ON unplaced_usage (license_id);

-- one row for each limit that is enforced: what validators were told last, and when they are to be told again
CREATE TABLE balance (
  license_id   text COLLATE "C" NOT NULL,
  meter        text COLLATE "C" NOT NULL,
  partition    integer NOT NULL,
  period_start timestamptz,
  used         bigint,
  told_at      timestamptz,
  due_at       timestamptz NOT NULL,
  PRIMARY KEY (license_id, meter)
) WITH (fillfactor = 70);
CREATE INDEX balance_due ON balance (partition, due_at);

-- events that were posted, by hashes: of source and id, and of what they say
CREATE TABLE posted_event (
  tenant_id   text COLLATE "C" NOT NULL,
  identity    bytea NOT NULL,
  content     bytea NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, identity)
);
CREATE INDEX posted_event_received ON posted_event (received_at);
`;
