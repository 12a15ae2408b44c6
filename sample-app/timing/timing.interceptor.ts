import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import { HandlerTimes } from './handler-times.js';

/** Takes the time of each call of a handler, pipes included: of a record, or of a whole batch. */
@Injectable()
export class TimingInterceptor implements NestInterceptor {
  constructor(private readonly times: HandlerTimes) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    const start = performance.now();
    return next.handle().pipe(finalize(() => this.times.add(handler, performance.now() - start)));
  }
}
