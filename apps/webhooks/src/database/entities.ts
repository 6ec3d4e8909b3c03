import type { Type } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const AT = { type: 'timestamptz', precision: 3 } as const;

/** An endpoint as management reads it; it is changed by statements. */
@Entity('endpoint')
export class EndpointEntity {
  @PrimaryColumn('text') readonly id!: string;
  @Column('text', { name: 'tenant_id' }) readonly tenantId!: string;
  @Column('text') readonly url!: string;
  @Column('text', { name: 'event_types', array: true }) readonly eventTypes!: string[];
  @Column('text') readonly status!: 'enabled' | 'paused' | 'disabled';
  @Column('text', { name: 'disabled_reason', nullable: true }) readonly disabledReason!: string | null;
  @Column({ ...AT, name: 'created_at' }) readonly createdAt!: Date;
  @Column({ ...AT, name: 'updated_at' }) readonly updatedAt!: Date;
}

export const ENTITIES: readonly Type[] = [EndpointEntity];
