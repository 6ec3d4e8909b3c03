import type { Type } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from '../findings/evidence.js';
import type { Finding } from '../findings/finding.js';

const AT = { type: 'timestamptz', precision: 3 } as const;

/** A finding as lists read it; it is changed by statements. */
@Entity('finding')
export class FindingEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text', { name: 'license_id' }) readonly licenseId!: string;
  @Column('text') readonly rule!: Finding['rule'];
  @Column('text') readonly severity!: Finding['severity'];
  @Column('text') readonly status!: Finding['status'];
  @Column('bigint', { transformer: { from: Number, to: String } }) readonly count!: number;
  @Column({ ...AT, name: 'first_seen_at' }) readonly firstSeenAt!: Date;
  @Column({ ...AT, name: 'last_seen_at' }) readonly lastSeenAt!: Date;
  @Column('json') readonly evidence!: Evidence;
}

export const ENTITIES: readonly Type[] = [FindingEntity];
