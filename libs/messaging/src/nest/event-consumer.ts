import { applyDecorators, Catch, Controller, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** Hands an error on as it is; without it Nest turns every error into "Internal server error" on the way out. */
@Catch()
export class SurfaceErrors implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks a class whose methods handle events. It is a controller whose errors reach the consumer chain as they were
 * thrown: the chain has to tell a lost database from a bad record.
 * @example
 * @EventConsumer()
 * class CountValidations {
 *   @EventPattern<TopicName>(TOPICS.validations.name, LEASEHOLD_TRANSPORT)
 *   count(@Payload() batch: EventBatch<Validation>, @Ctx() context: BatchContext): Promise<void> { … }
 * }
 */
export const EventConsumer = (): ClassDecorator => applyDecorators(Controller(), UseFilters(SurfaceErrors));
